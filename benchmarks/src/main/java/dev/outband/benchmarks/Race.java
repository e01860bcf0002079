package dev.outband.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs contenders against each other: for each size all pairs of processes are started, warmed up
 * one by one, and then take turns, A B C A B C, so that whatever else the machine does hits all of
 * them alike.
 */
final class Race {
  private static final int MAX_FETCHES = 1000;
  private static final long WARM_BYTES = 2L << 30;
  private static final long WARM_NS = 10_000_000_000L;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final long SEED = 42;

  /**
   * What to run.
   *
   * @param contenders in their order within a round
   * @param sizes lengths of files
   * @param warmUps rounds of each contender that are run first and not recorded; unless 0, more of
   *     them are run until they moved 2 GiB or took 10 s, so that a JVM has compiled what it runs
   *     at small sizes too
   * @param rounds rounds that are recorded
   * @param atLeast what a round moves: a shorter file is fetched several times, up to 1,000
   */
  record Plan(
      List<Contender> contenders, List<ByteSize> sizes, int warmUps, int rounds, ByteSize atLeast) {
    Plan {
      contenders = List.copyOf(contenders);
      sizes = List.copyOf(sizes);
      if (warmUps < 0 || rounds < 1) {
        throw new IllegalArgumentException(
            "warm-up rounds must be 0 or more and rounds 1 or more, not "
                + warmUps
                + " and "
                + rounds);
      }
    }
  }

  private final Plan plan;
  private final Launch launch;
  private final Workplace workplace;
  private final Consumer<String> progress;

  Race(Plan plan, Launch launch, Workplace workplace, Consumer<String> progress) {
    this.plan = plan;
    this.launch = launch;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it all. Blocks. */
  List<Round> run() throws IOException, InterruptedException {
    List<Round> rounds = new ArrayList<>();
    for (ByteSize size : plan.sizes()) {
      writeInput(workplace.input(size.bytes()), size.bytes());
      rounds.addAll(runSize(size));
      Files.delete(workplace.input(size.bytes()));
    }
    return rounds;
  }

  private List<Round> runSize(ByteSize size) throws IOException, InterruptedException {
    int fetches = (int) Math.max(1, Math.min(MAX_FETCHES, plan.atLeast().bytes() / size.bytes()));
    List<Pair> pairs = new ArrayList<>();
    List<Round> measured = new ArrayList<>();
    try {
      for (Contender contender : plan.contenders()) {
        pairs.add(Pair.start(contender, launch, workplace));
      }
      for (Pair pair : pairs) {
        warmUp(pair, size, fetches);
      }
      for (int number = 1; number <= plan.rounds(); number++) {
        for (Pair pair : pairs) {
          measured.add(run(pair, size, fetches, number));
        }
      }
    } finally {
      pairs.forEach(Pair::close);
    }
    return measured;
  }

  private void warmUp(Pair pair, ByteSize size, int fetches)
      throws IOException, InterruptedException {
    long bytes = 0;
    long spentNs = 0;
    for (int i = 0;
        i < plan.warmUps() || (plan.warmUps() > 0 && bytes < WARM_BYTES && spentNs < WARM_NS);
        i++) {
      Round round = run(pair, size, fetches, 0);
      bytes += round.bytes();
      spentNs += round.durationNs();
    }
  }

  private Round run(Pair pair, ByteSize size, int fetches, int number)
      throws IOException, InterruptedException {
    Round round = pair.run(size, fetches, number);
    progress.accept(line(round));
    return round;
  }

  private static String line(Round round) {
    return String.format(
        "%s %s %-16s %.3f GB/s",
        round.setting().size(),
        round.number() > 0 ? "round " + round.number() : "warm-up",
        round.setting().contender(),
        round.gigabytesPerSecond());
  }

  /**
   * Writes random bytes and reads them once, so that they are in the page cache and nothing is left
   * to write back.
   */
  private static void writeInput(Path file, long bytes) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    SplittableRandom random = new SplittableRandom(SEED);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(chunk.length, left));
      }
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    try (InputStream in = Files.newInputStream(file)) {
      while (in.read(chunk) >= 0) {}
    }
  }
}
