package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The files that a run writes: of one JDK and one sink.
 *
 * @param folder where they are
 * @param heading how it was run
 */
record ResultFiles(Path folder, Report.Heading heading) {

  /** What an earlier run left; nothing where it left nothing. */
  Results read() throws IOException {
    return new Results(RawCsv.read(file(".csv")), RawCsv.readPings(file("-ping.csv")));
  }

  /**
   * Writes tables and chart.
   *
   * @return the Markdown page
   */
  String write(Results results) throws IOException {
    String page = Report.format(heading, Contenders.all(), results);
    String title =
        "Files over loopback, JDK "
            + heading.jdk()
            + ", sink "
            + heading.sink().name().toLowerCase(Locale.ROOT);
    Files.createDirectories(folder);
    Files.writeString(file(".csv"), RawCsv.format(results.rounds()));
    Files.writeString(file("-ping.csv"), RawCsv.formatPings(results.pings()));
    Files.writeString(file(".svg"), Chart.draw(title, Contenders.all(), results));
    Files.writeString(file(".md"), page);
    return page;
  }

  private Path file(String ending) {
    return folder.resolve(name() + ending);
  }

  private String name() {
    return String.format(
        Locale.ROOT,
        "file-jdk%d-%s",
        Runtime.Version.parse(heading.jdk()).feature(),
        heading.sink().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return folder.resolve(name()) + ".csv, -ping.csv, .svg and .md";
  }
}
