package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ReportTest {
  private static final ByteSize GIB = ByteSize.parse("1GiB");
  private static final Usage SENDER = new Usage(500_000_000, 64L << 20);
  private static final Usage RECEIVER = new Usage(250_000_000, 32L << 20);
  private static final Report.Heading HEADING =
      new Report.Heading(
          new Machine(2, "a cpu", 8L << 30, "6.1"),
          "17.0.1",
          "the command",
          "2026-01-01T00:00Z",
          2,
          SinkKind.DISCARD);

  @Test
  void shouldCompareMediansWithTheBetterRawFigureWhenBothAreThere() {
    List<Round> rounds =
        List.of(
            round("raw-transfer-to", GIB, 1, 600),
            round("raw-copy-loop", GIB, 1, 500),
            round("ssl-socket", GIB, 1, 1000));

    String page = Report.format(HEADING, Contenders.all(), rounds);

    assertThat(page)
        .contains(
            "| raw-transfer-to | 1.790 | 1.790 | 1.790 | 0.83 | 1.67 | - | 0.50 | 0.25 | 64 | 32 |")
        .contains("| raw-copy-loop | 2.147 | 2.147 | 2.147 | 1.00 | 2.00 | - |")
        .contains("| ssl-socket | 1.074 | 1.074 | 1.074 | 0.50 | 1.00 | - |");
  }

  @Test
  void shouldShowMedianAndRangeWhenThereAreSeveralRounds() {
    List<Round> rounds =
        List.of(
            round("raw-copy-loop", GIB, 1, 1000),
            round("raw-copy-loop", GIB, 2, 250),
            round("raw-copy-loop", GIB, 3, 500));

    assertThat(Report.format(HEADING, Contenders.all(), rounds))
        .contains("| raw-copy-loop | 2.147 | 1.074 | 4.295 | 1.00 | - | - |")
        .contains("then 3 measured")
        .doesNotContain("| ssl-socket");
  }

  @Test
  void shouldHaveATableForEachSizeInAscendingOrderWhenThereAreSeveral() {
    ByteSize kib = ByteSize.parse("1KiB");
    List<Round> rounds =
        List.of(round("raw-copy-loop", GIB, 1, 500), round("raw-copy-loop", kib, 1, 500));

    assertThat(Report.format(HEADING, Contenders.all(), rounds))
        .containsSubsequence("## 1KiB", "## 1GiB");
  }

  @Test
  void shouldNameMachineJdkAndCommandWhenFormatted() {
    String page =
        Report.format(HEADING, Contenders.all(), List.of(round("raw-copy-loop", GIB, 1, 500)));

    assertThat(page)
        .contains(
            "JDK 17.0.1, sink discard",
            "2 cores, a cpu, 8.0 GiB memory, kernel 6.1",
            "`the command`");
  }

  @Test
  void shouldKeepEveryRoundWhenWrittenAsCsv() {
    List<Round> rounds =
        List.of(round("raw-copy-loop", GIB, 1, 500), round("raw-copy-loop", GIB, 2, 250));

    assertThat(RawCsv.format(rounds).lines())
        .containsExactly(
            RawCsv.HEADER,
            "raw-copy-loop,17.0.1,1073741824,1,1,0.500000000,1073741824,0.500,0.250,67108864,33554432",
            "raw-copy-loop,17.0.1,1073741824,1,2,0.250000000,1073741824,0.500,0.250,67108864,33554432");
  }

  private static Round round(String contender, ByteSize size, int number, long durationMs) {
    return new Round(
        new Round.Setting(contender, "17.0.1", size, 1),
        number,
        durationMs * 1_000_000,
        SENDER,
        RECEIVER);
  }
}
