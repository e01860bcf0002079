package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ReportTest {
  private static final Report.Heading HEADING =
      new Report.Heading(
          new Machine(2, "a cpu", 8L << 30, "6.1", "cubic"),
          "17.0.1",
          "the command",
          "2026-01-01T00:00Z",
          SinkKind.DISCARD,
          Duration.ofSeconds(2));

  @Test
  void shouldCompareMediansWithTheBetterRawFigureWhenBothAreThere() {
    String page =
        page(
            Rounds.of("raw-transfer-to", "1GiB", 600),
            Rounds.of("raw-copy-loop", "1GiB", 500),
            Rounds.of("ssl-socket", "1GiB", 1000));

    assertThat(page)
        .contains(
            "| raw-transfer-to | 1.79 GB/s | 1.79 GB/s | 1.79 GB/s | 0.83 (0.83 to 0.83) |"
                + " 600 ms | 600 ms | 5.00 ms | 0.500 | 0.250 | 64 | 32 | 8 | 4 |")
        .contains("| raw-copy-loop | 2.15 GB/s | 2.15 GB/s | 2.15 GB/s | 1.00 (1.00 to 1.00) |")
        .contains("| ssl-socket | 1.07 GB/s | 1.07 GB/s | 1.07 GB/s | 0.50 (0.50 to 0.50) |");
  }

  @Test
  void shouldShowMedianAndRangeWhenThereAreSeveralRounds() {
    assertThat(page(Rounds.of("raw-copy-loop", "1GiB", 1000, 250, 500)))
        .contains("| raw-copy-loop | 2.15 GB/s | 1.07 GB/s | 4.29 GB/s | 1.00 (1.00 to 1.00) |")
        .contains("3 measured rounds")
        .doesNotContain("| ssl-socket");
  }

  @Test
  void shouldHaveATableForEachSizeInAscendingOrderWhenThereAreSeveral() {
    String page =
        page(Rounds.of("raw-copy-loop", "1GiB", 500), Rounds.of("raw-copy-loop", "1KiB", 1));

    assertThat(page)
        .containsSubsequence("## 1KiB", "CPU us a transfer", "## 1GiB", "CPU s/GiB")
        .contains("| 500000 | 250000 |");
  }

  @Test
  void shouldSayWhenAContenderMovedLessThanTheSize() {
    Round spared = Rounds.spared("rmiio", "1GiB", 64L << 20);

    assertThat(Report.format(HEADING, Contenders.all(), new Results(List.of(spared), List.of())))
        .contains("`rmiio` moved 64MiB at a time in place of 1GiB.");
  }

  @Test
  void shouldNameMachineJdkAndCommandWhenFormatted() {
    assertThat(page(Rounds.of("raw-copy-loop", "1GiB", 500)))
        .contains(
            "JDK 17.0.1, sink discard",
            "2 cores, a cpu, 8.0 GiB memory, kernel 6.1, TCP cubic",
            "`the command`",
            "- `raw-copy-loop`: raw TCP")
        .doesNotContain("- `ssl-socket`");
  }

  @SafeVarargs
  private static String page(List<Round>... rounds) {
    return Report.format(HEADING, Contenders.all(), Rounds.results(rounds));
  }
}
