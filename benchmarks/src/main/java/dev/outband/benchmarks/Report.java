package dev.outband.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The Markdown page of one benchmark: how it was run, and a table for each size. */
final class Report {
  private static final Set<String> RAW = Set.of(TransferToContender.NAME, CopyLoopContender.NAME);
  private static final String COLUMNS =
      "| contender | median GB/s | min | max | of the better raw | of SSLSocket | of RMI-TLS |"
          + " sender CPU s/GiB | receiver CPU s/GiB | sender peak RSS MiB | receiver peak RSS MiB"
          + " |\n"
          + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";

  /**
   * How the benchmark was run.
   *
   * @param machine the machine
   * @param jdk the version of both ends
   * @param command the command line that a reader can repeat
   * @param started when, for the record
   * @param warmUps rounds thrown away
   * @param sink what receivers did with the bytes
   */
  record Heading(
      Machine machine, String jdk, String command, String started, int warmUps, SinkKind sink) {}

  private Report() {}

  static String format(Heading heading, List<Contender> contenders, List<Round> rounds) {
    StringBuilder page = new StringBuilder(head(heading, rounds));
    contenders.forEach(
        c ->
            page.append("- `").append(c.name()).append("`: ").append(c.description()).append('\n'));
    Map<Long, List<Round>> bySize =
        rounds.stream()
            .collect(
                Collectors.groupingBy(
                    round -> round.setting().size().bytes(), TreeMap::new, Collectors.toList()));
    bySize.values().forEach(ofSize -> page.append('\n').append(table(contenders, ofSize)));
    return page.toString();
  }

  private static String head(Heading heading, List<Round> rounds) {
    int measured = rounds.stream().mapToInt(Round::number).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "# A file over loopback, JDK %s, sink %s%n%n- machine: %s%n- started: %s%n- command:"
            + " `%s`%n- rounds: %d or more to warm up (2 GiB or 10 s), then %d measured,"
            + " interleaved over the contenders; a contender is two JVMs that live over all"
            + " rounds%n- the file is in the page cache; GB is 10^9 bytes, GiB 2^30; CPU is that of"
            + " the whole process%n%n",
        heading.jdk(),
        heading.sink().name().toLowerCase(Locale.ROOT),
        heading.machine().describe(),
        heading.started(),
        heading.command(),
        heading.warmUps(),
        measured);
  }

  private static String table(List<Contender> contenders, List<Round> rounds) {
    Round.Setting any = rounds.get(0).setting();
    StringBuilder table = new StringBuilder("## ").append(any.size());
    if (any.fetches() > 1) {
      table.append(", ").append(any.fetches()).append(" fetches a round, one after the other");
    }
    table.append("\n\n").append(COLUMNS);
    for (Contender contender : contenders) {
      List<Round> own =
          rounds.stream().filter(r -> r.setting().contender().equals(contender.name())).toList();
      if (!own.isEmpty()) {
        table.append(row(contender.name(), own, rounds));
      }
    }
    return table.toString();
  }

  private static String row(String name, List<Round> own, List<Round> all) {
    Summary rate = Summary.of(own, Round::gigabytesPerSecond);
    return String.format(
        Locale.ROOT,
        "| %s | %.3f | %.3f | %.3f | %s | %s | %s | %.2f | %.2f | %.0f | %.0f |%n",
        name,
        rate.median(),
        rate.min(),
        rate.max(),
        ratio(rate.median(), best(all, RAW)),
        ratio(rate.median(), best(all, Set.of(TlsSocketContender.NAME))),
        ratio(rate.median(), best(all, Set.of(RmiTlsContender.NAME))),
        median(own, round -> round.cpuSecondsPerGib(round.sender())),
        median(own, round -> round.cpuSecondsPerGib(round.receiver())),
        median(own, round -> round.sender().peakRssBytes() / (double) (1 << 20)),
        median(own, round -> round.receiver().peakRssBytes() / (double) (1 << 20)));
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Summary.of(rounds, figure).median();
  }

  private static OptionalDouble best(List<Round> rounds, Set<String> names) {
    return rounds.stream()
        .filter(round -> names.contains(round.setting().contender()))
        .collect(Collectors.groupingBy(round -> round.setting().contender()))
        .values()
        .stream()
        .mapToDouble(own -> median(own, Round::gigabytesPerSecond))
        .max();
  }

  private static String ratio(double rate, OptionalDouble reference) {
    return reference.isPresent()
        ? String.format(Locale.ROOT, "%.2f", rate / reference.getAsDouble())
        : "-";
  }
}
