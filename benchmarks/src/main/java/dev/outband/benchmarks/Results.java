package dev.outband.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * All rounds of one JDK and one sink, and what can be read from them.
 *
 * @param rounds of transfers
 * @param pings of transfers beside empty calls
 */
record Results(List<Round> rounds, List<PingRound> pings) {
  private static final List<String> RAW = List.of(TransferToContender.NAME, CopyLoopContender.NAME);

  Results {
    rounds = List.copyOf(rounds);
    pings = List.copyOf(pings);
  }

  /**
   * These results and those of an earlier run that were not measured again: whatever has another
   * size or another contender.
   */
  Results with(Results earlier) {
    List<Round> all = new ArrayList<>(rounds);
    earlier.rounds().stream()
        .filter(old -> rounds.stream().noneMatch(r -> r.setting().equals(old.setting())))
        .forEach(all::add);
    return new Results(all, pings.isEmpty() ? earlier.pings() : pings);
  }

  /** All sizes, shortest first. */
  List<ByteSize> sizes() {
    return rounds.stream()
        .map(round -> round.setting().size())
        .distinct()
        .sorted(Comparator.comparingLong(ByteSize::bytes))
        .toList();
  }

  /** A contender's rounds at a size, in order; empty if there are none. */
  List<Round> of(String contender, ByteSize size) {
    return rounds.stream()
        .filter(round -> round.setting().contender().equals(contender))
        .filter(round -> round.setting().size().equals(size))
        .sorted(Comparator.comparingInt(Round::number))
        .toList();
  }

  /** A figure's median and range over a contender's rounds at a size. */
  Optional<Summary> summary(String contender, ByteSize size, ToDoubleFunction<Round> figure) {
    List<Round> own = of(contender, size);
    return own.isEmpty() ? Optional.empty() : Optional.of(Summary.of(own, figure));
  }

  /** The faster of the two raw contenders at a size, by its median rate. */
  Optional<String> betterRaw(ByteSize size) {
    return RAW.stream()
        .filter(name -> !of(name, size).isEmpty())
        .max(Comparator.comparingDouble(name -> rate(name, size).orElse(0)));
  }

  /** The median rate, GB/s. */
  OptionalDouble rate(String contender, ByteSize size) {
    return summary(contender, size, Round::gigabytesPerSecond)
        .map(summary -> OptionalDouble.of(summary.median()))
        .orElse(OptionalDouble.empty());
  }

  /**
   * How many times as fast one contender is as another, at a size: the medians' ratio, and the
   * range of the ratios within each round.
   */
  Optional<Summary> ratio(String contender, String peer, ByteSize size) {
    OptionalDouble mine = rate(contender, size);
    OptionalDouble theirs = rate(peer, size);
    if (mine.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    Summary each = Summary.of(ratios(of(contender, size), of(peer, size)));
    return Optional.of(
        new Summary(mine.getAsDouble() / theirs.getAsDouble(), each.min(), each.max()));
  }

  private static double[] ratios(List<Round> mine, List<Round> theirs) {
    double[] ratios = new double[Math.min(mine.size(), theirs.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = mine.get(i).gigabytesPerSecond() / theirs.get(i).gigabytesPerSecond();
    }
    return ratios;
  }

  /** The least CPU time of both ends that a raw contender needs, seconds for each GiB. */
  OptionalDouble rawCpu(ByteSize size) {
    return RAW.stream()
        .map(name -> summary(name, size, Round::cpuSecondsPerGib))
        .flatMap(Optional::stream)
        .mapToDouble(Summary::median)
        .min();
  }

  /** The transfers' and the calls' medians, in nanoseconds, over the rounds. */
  Stream<PingRound> pingsOf(String contender) {
    return pings.stream().filter(round -> round.contender().equals(contender));
  }
}
