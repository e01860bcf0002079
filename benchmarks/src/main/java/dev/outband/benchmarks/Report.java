package dev.outband.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The Markdown page of one benchmark: how it was run, what was asked, and a table for each size.
 */
final class Report {
  private static final double MIB = 1 << 20;

  /**
   * How the benchmark was run.
   *
   * @param machine the machine
   * @param jdk the version of both ends
   * @param command the command line that a reader can repeat
   * @param started when, for the record
   * @param sink what receivers did with the bytes
   * @param warmUp before each size but the first
   */
  record Heading(
      Machine machine,
      String jdk,
      String command,
      String started,
      SinkKind sink,
      Duration warmUp) {}

  private Report() {}

  static String format(Heading heading, List<Contender> contenders, Results results) {
    StringBuilder page = new StringBuilder(head(heading, results));
    page.append(asked(results));
    for (ByteSize size : results.sizes()) {
      page.append("\n## ").append(size).append("\n\n").append(table(contenders, results, size));
    }
    page.append("\n## The contenders\n\n");
    contenders.stream()
        .filter(c -> results.rounds().stream().anyMatch(r -> named(r, c)))
        .forEach(
            c ->
                page.append("- `")
                    .append(c.name())
                    .append("`: ")
                    .append(c.description())
                    .append('\n'));
    return page.toString();
  }

  private static boolean named(Round round, Contender contender) {
    return round.setting().contender().equals(contender.name());
  }

  private static String head(Heading heading, Results results) {
    int rounds = results.rounds().stream().mapToInt(Round::number).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "# Files over loopback, JDK %s, sink %s%n%n- machine: %s%n- started: %s%n- command: `%s`%n"
            + "- %d measured rounds of each contender at each size, in turns, after %d ms of"
            + " warm-up at each, %d times as long at the first; a contender is two JVMs that live"
            + " over all rounds%n"
            + "- every contender's bytes were compared with the file before each size was"
            + " measured%n"
            + "- the file is in the page cache; GB is 10^9 bytes; CPU is that of the whole process;"
            + " medians and ranges over the rounds%n",
        heading.jdk(),
        heading.sink().name().toLowerCase(Locale.ROOT),
        heading.machine().describe(),
        heading.started(),
        heading.command(),
        rounds,
        heading.warmUp().toMillis(),
        Race.COLD);
  }

  private static String asked(Results results) {
    List<Asked.Row> rows = Asked.of(results);
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            "\n## Asked and measured\n\n| what | asked | measured | |\n|---|---|---|---|\n");
    for (Asked.Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s |%n",
              row.what(),
              row.bound(),
              row.measured(),
              row.reached() ? "reached" : "**not reached**"));
    }
    results
        .pingsOf(OutbandContender.PRIVACY)
        .findAny()
        .ifPresent(any -> table.append('\n').append(pings(results)));
    return table.toString();
  }

  private static String pings(Results results) {
    return String.format(
        Locale.ROOT,
        "A secured ping took %s, a confirmed transfer of 64 KiB + 1 byte over a data connection %s"
            + " (medians).%n",
        Units.time(pingMedian(results, PingRound::pingNs)),
        Units.time(pingMedian(results, PingRound::transferNs)));
  }

  private static double pingMedian(Results results, ToDoubleFunction<PingRound> figure) {
    return Summary.of(results.pingsOf(OutbandContender.PRIVACY).mapToDouble(figure).toArray())
        .median();
  }

  private static String table(List<Contender> contenders, Results results, ByteSize size) {
    StringBuilder table = new StringBuilder(columns(small(size) ? "us a transfer" : "s/GiB"));
    StringBuilder notes = new StringBuilder();
    for (Contender contender : contenders) {
      List<Round> own = results.of(contender.name(), size);
      if (!own.isEmpty()) {
        table.append(row(own, results, size));
        notes.append(note(own, size));
      }
    }
    return notes.isEmpty() ? table.toString() : table.append('\n').append(notes).toString();
  }

  private static String note(List<Round> own, ByteSize size) {
    Round any = own.get(0);
    return any.transferBytes() == size.bytes()
        ? ""
        : String.format(
            Locale.ROOT,
            "`%s` moved %s at a time in place of %s.%n",
            any.setting().contender(),
            new ByteSize(any.transferBytes()),
            size);
  }

  private static String row(List<Round> own, Results results, ByteSize size) {
    String name = own.get(0).setting().contender();
    Summary rate = Summary.of(own, Round::gigabytesPerSecond);
    Optional<Summary> ofRaw =
        results.betterRaw(size).flatMap(raw -> results.ratio(name, raw, size));
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f | %.0f | %.0f | %.0f |%n",
        name,
        Units.rate(rate.median()),
        Units.rate(rate.min()),
        Units.rate(rate.max()),
        ofRaw
            .map(
                r ->
                    String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", r.median(), r.min(), r.max()))
            .orElse("-"),
        Units.time(median(own, round -> round.timing().medianNs())),
        Units.time(median(own, round -> round.timing().p99Ns())),
        Units.time(median(own, Round::firstByteNs)),
        Units.significant(median(own, round -> cpu(round, round.sender(), size))),
        Units.significant(median(own, round -> cpu(round, round.receiver(), size))),
        max(own, round -> round.sender().peakRssBytes()) / MIB,
        max(own, round -> round.receiver().peakRssBytes()) / MIB,
        max(own, round -> round.sender().peakHeapBytes()) / MIB,
        max(own, round -> round.receiver().peakHeapBytes()) / MIB);
  }

  private static String columns(String cpuUnit) {
    return "| contender | rate | min | max | of the better raw | a transfer | p99 | first byte |"
        + " CPU "
        + cpuUnit
        + ", sender | receiver | peak RSS MiB, sender | receiver | peak heap MiB, sender | receiver"
        + " |\n"
        + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
  }

  private static boolean small(ByteSize size) {
    return size.bytes() < MIB;
  }

  private static double cpu(Round round, Usage end, ByteSize size) {
    return small(size)
        ? end.cpuNs() / 1e3 / round.timing().transfers()
        : round.cpuSecondsPerGib(end);
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Summary.of(rounds, figure).median();
  }

  private static double max(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Summary.of(rounds, figure).max();
  }
}
