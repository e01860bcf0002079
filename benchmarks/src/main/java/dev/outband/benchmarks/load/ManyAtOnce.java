package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A thousand receptions at once. All are opened and held first, then let go together; the single
 * stream that they are compared with moves the same kind of file, before and after them.
 */
final class ManyAtOnce implements Program {

  private static final int MORE_THREADS = 8;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path large = Content.file(folder.resolve("large"), scale.streamBytes());
    Path each = Content.file(folder.resolve("each"), scale.objectBytes());
    try (TwoEnds ends = TwoEnds.start()) {
      SingleStream.rate(ends, large);
      double[] single = new double[scale.rounds() + 1];
      double[] many = new double[scale.rounds()];
      double[] fairness = new double[scale.rounds()];
      long threads = 0;
      single[0] = SingleStream.rate(ends, large);
      for (int i = 0; i < scale.rounds(); i++) {
        Round round = round(ends, scale, each);
        many[i] = round.bytesPerSecond();
        fairness[i] = round.fairness();
        threads = Math.max(threads, round.threads());
        single[i + 1] = SingleStream.rate(ends, large);
        raw.printf(
            "many MB/s=%.0f, fairness=%.4f, threads at the busier end=%d, single MB/s=%.0f%n",
            many[i] / 1e6, fairness[i], round.threads(), single[i + 1] / 1e6);
      }
      int cores = Runtime.getRuntime().availableProcessors();
      return List.of(
          Figure.atLeast(
              "throughput of " + scale.transfers() + " at once, of a single stream",
              SingleStream.median(many) / SingleStream.median(single),
              "",
              0.8),
          Figure.atLeast("Jain fairness", Arrays.stream(fairness).min().orElseThrow(), "", 0.9),
          Figure.atMost("threads of an end", (double) threads, "threads", cores + MORE_THREADS));
    }
  }

  private record Round(double bytesPerSecond, double fairness, long threads) {}

  private static Round round(TwoEnds ends, Scale scale, Path each) throws Exception {
    List<TwoEnds.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < scale.transfers(); i++) {
      pairs.add(ends.startHeld(Source.file(each), Sink.discard()));
    }
    double[] rates = new double[pairs.size()];
    CountDownLatch ended = new CountDownLatch(pairs.size());
    long startNs = System.nanoTime();
    for (int i = 0; i < rates.length; i++) {
      int index = i;
      var unused =
          pairs
              .get(i)
              .reception()
              .transfer()
              .receipt()
              .whenComplete(
                  (receipt, failure) -> {
                    rates[index] =
                        failure == null
                            ? scale.objectBytes() / seconds(System.nanoTime() - startNs)
                            : 0;
                    ended.countDown();
                  });
      pairs.get(i).reception().transfer().limitRate(Long.MAX_VALUE);
    }
    long threads = Math.max(Meter.threads(TwoEnds.SENDER), Meter.threads(TwoEnds.RECEIVER));
    ended.await();
    double seconds = seconds(System.nanoTime() - startNs);
    for (TwoEnds.Pair pair : pairs) {
      pair.await();
    }
    return new Round((double) scale.objectBytes() * pairs.size() / seconds, jain(rates), threads);
  }

  /** 1 where all get the same, 1/n where one gets everything. */
  static double jain(double[] shares) {
    double sum = Arrays.stream(shares).sum();
    double squares = Arrays.stream(shares).map(share -> share * share).sum();
    return squares == 0 ? 0 : sum * sum / (shares.length * squares);
  }

  static double seconds(long ns) {
    return ns / 1e9;
  }
}
