package dev.outband.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Rounds for tests: one transfer each, half a second of CPU at the sender and a quarter at the
 * receiver.
 */
final class Rounds {
  private static final Usage SENDER = new Usage(500_000_000, 64L << 20, 8L << 20);
  private static final Usage RECEIVER = new Usage(250_000_000, 32L << 20, 4L << 20);

  private Rounds() {}

  /** Rounds 1, 2, ... that took so long. */
  static List<Round> of(String contender, String size, long... durationsMs) {
    ByteSize bytes = ByteSize.parse(size);
    List<Round> rounds = new ArrayList<>();
    for (long durationMs : durationsMs) {
      long ns = durationMs * 1_000_000;
      rounds.add(
          round(contender, bytes, rounds.size() + 1, new Timing(ns, 1, bytes.bytes(), ns, ns)));
    }
    return rounds;
  }

  /** A round in which a shorter file was moved, in a second. */
  static Round spared(String contender, String size, long bytes) {
    long ns = 1_000_000_000;
    return round(contender, ByteSize.parse(size), 1, new Timing(ns, 1, bytes, ns, ns));
  }

  private static Round round(String contender, ByteSize size, int number, Timing timing) {
    return new Round(
        new Round.Setting(contender, "17.0.1", size), number, timing, 5_000_000, SENDER, RECEIVER);
  }

  @SafeVarargs
  static Results results(List<Round>... rounds) {
    List<Round> all = new ArrayList<>();
    for (List<Round> each : rounds) {
      all.addAll(each);
    }
    return new Results(all, List.of());
  }
}
