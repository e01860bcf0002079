package dev.outband.fuzz.jrmp;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The streams of a run by their number, each the same whichever thread asks: first those of the
 * corpus, then cuts and changes of them in turn.
 */
final class Streams {
  /** Of longer ones, the beginning is cut at every place, and nothing behind that. */
  private static final int MOST_CUTS = 600;

  private static final int CUT_EVERY = 4;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final List<Stream> corpus;
  private final Mutator mutator;
  private final long seed;

  /** Where each stream's first cut is that no stream before it has, too. */
  private final int[] firstCut;

  /** How many cuts there are of all streams before. */
  private final int[] cutsBefore;

  Streams(List<Stream> corpus, long seed) {
    this.corpus = corpus;
    this.mutator = new Mutator(corpus);
    this.seed = seed;
    this.firstCut = firstCuts(corpus);
    this.cutsBefore = new int[corpus.size() + 1];
    for (int i = 0; i < corpus.size(); i++) {
      int length = Math.min(MOST_CUTS, corpus.get(i).bytes().length);
      cutsBefore[i + 1] = cutsBefore[i] + Math.max(0, length - firstCut[i]);
    }
  }

  Stream at(long number) {
    if (number < corpus.size()) {
      return corpus.get((int) number);
    }
    long index = number - corpus.size();
    if (index % CUT_EVERY == 0) {
      return cut((int) (index / CUT_EVERY * stride() % cuts()));
    }
    return mutator.mutate(new SplittableRandom(seed ^ number * SPREAD));
  }

  private int cuts() {
    return cutsBefore[corpus.size()];
  }

  /** So that a short run cuts streams of each kind; has no divisor in common with the number. */
  private long stride() {
    long stride = 7_919;
    while (cuts() % stride == 0) {
      stride += 2;
    }
    return stride;
  }

  private Stream cut(int which) {
    int index = Arrays.binarySearch(cutsBefore, which);
    index = index >= 0 ? index : -index - 2;
    while (cutsBefore[index + 1] == which) {
      index++; // Those without a cut of their own.
    }
    Stream whole = corpus.get(index);
    int length = firstCut[index] + which - cutsBefore[index];
    Stream.Kind kind =
        whole.kind() == Stream.Kind.MESSAGE ? Stream.Kind.LAST_MESSAGE : whole.kind();
    return new Stream(
        whole.name() + ", cut at " + length, kind, Arrays.copyOf(whole.bytes(), length));
  }

  private static int[] firstCuts(List<Stream> corpus) {
    Set<Long> seen = new HashSet<>();
    int[] first = new int[corpus.size()];
    for (int i = 0; i < first.length; i++) {
      Stream stream = corpus.get(i);
      long hash = stream.kind().name().length();
      int common = 0;
      for (int length = 0; length < Math.min(MOST_CUTS, stream.bytes().length); length++) {
        common += seen.add(hash) ? 0 : 1;
        hash = (hash ^ stream.bytes()[length] + 1) * SPREAD;
      }
      first[i] = common;
    }
    return first;
  }

  @Override
  public String toString() {
    return corpus.size()
        + " streams, which can be cut at "
        + cuts()
        + " places; each is after "
        + (corpus.size() + (long) CUT_EVERY * cuts());
  }
}
