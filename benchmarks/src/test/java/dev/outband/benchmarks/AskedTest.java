package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class AskedTest {

  @Test
  void shouldCompareWithTheBetterRawWhenItIsAtLeastMuch() {
    assertThat(
            rows(
                Rounds.of("outband", "1GiB", 500, 625, 500),
                Rounds.of("raw-copy-loop", "1GiB", 500, 500, 400),
                Rounds.of("raw-transfer-to", "1GiB", 800, 800, 800)))
        .contains(
            new Asked.Row(
                "`PRIVACY`, 1 GiB, of the better raw (raw-copy-loop)",
                "at least 0.85",
                "1.00 (0.80 to 1.00)",
                true));
  }

  @Test
  void shouldTakeTheFasterOfTheRmiContendersWhenBothAreThere() {
    assertThat(
            rows(
                Rounds.of("outband", "1GiB", 500),
                Rounds.of("rmi-tls-1mib", "1GiB", 1000),
                Rounds.of("rmi-tls-64mib", "1GiB", 2000)))
        .contains(
            new Asked.Row(
                "`PRIVACY`, 1 GiB, against RMI-TLS `byte[]`",
                "at least 2.5",
                "2.00 (2.00 to 2.00)",
                false));
  }

  @Test
  void shouldTakeTheWorstSizeWhenARowCoversSeveral() {
    assertThat(
            rows(
                Rounds.of("outband", "64B", 10),
                Rounds.of("rmi-tls-1mib", "64B", 8),
                Rounds.of("outband", "64KiB", 10),
                Rounds.of("rmi-tls-1mib", "64KiB", 20)))
        .containsExactly(
            new Asked.Row(
                "`PRIVACY` against RMI-TLS `byte[]`, 64 B to 64 KiB",
                "at least 0.9",
                "0.80 (0.80 to 0.80) at 64B",
                false));
  }

  @Test
  void shouldCompareBothEndsCpuWithTheRawThatNeedsLeast() {
    assertThat(rows(Rounds.of("outband", "1GiB", 500), Rounds.of("raw-copy-loop", "1GiB", 500)))
        .contains(
            new Asked.Row(
                "CPU seconds per GiB, `PRIVACY`, both ends, against raw",
                "at most 1.5",
                "1.00 (1.00 to 1.00)",
                true));
  }

  @Test
  void shouldCompareATransferWithAPingWhenBothWereTimed() {
    List<PingRound> pings =
        List.of(
            new PingRound("outband", "17", 1, 10, 50),
            new PingRound("outband", "17", 2, 10, 200),
            new PingRound("outband", "17", 3, 10, 120));

    assertThat(Asked.of(new Results(List.of(), pings)))
        .containsExactly(
            new Asked.Row(
                "confirmed transfer of 64 KiB + 1 byte, warm, against a secured ping",
                "at most 10",
                "12.00 (5.00 to 20.00)",
                false));
  }

  @Test
  void shouldHaveNoRowWhenAContenderIsMissing() {
    assertThat(rows(Rounds.of("outband", "1GiB", 500))).isEmpty();
  }

  @SafeVarargs
  private static List<Asked.Row> rows(List<Round>... rounds) {
    return Asked.of(Rounds.results(rounds));
  }
}
