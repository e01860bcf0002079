package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class RawCsvTest {
  @TempDir private Path folder;

  @Test
  void shouldKeepEveryRoundWhenWritten() {
    assertThat(RawCsv.format(Rounds.of("raw-copy-loop", "1GiB", 500, 250)).lines())
        .containsExactly(
            RawCsv.HEADER,
            "raw-copy-loop,17.0.1,1073741824,1,1,1073741824,0.500000000,500000.000,500000.000,"
                + "5000.000,0.500,0.250,67108864,33554432,8388608,4194304",
            "raw-copy-loop,17.0.1,1073741824,2,1,1073741824,0.250000000,250000.000,250000.000,"
                + "5000.000,0.500,0.250,67108864,33554432,8388608,4194304");
  }

  @Test
  void shouldBeTheSameWhenReadAgain() throws IOException {
    List<Round> rounds = Rounds.of("raw-copy-loop", "1GiB", 500, 250);
    List<PingRound> pings = List.of(new PingRound("outband", "17.0.1", 1, 30_125, 200_500));
    Path file = Files.writeString(folder.resolve("rounds"), RawCsv.format(rounds));
    Path pingFile = Files.writeString(folder.resolve("pings"), RawCsv.formatPings(pings));

    assertThat(RawCsv.read(file)).isEqualTo(rounds);
    assertThat(RawCsv.readPings(pingFile)).isEqualTo(pings);
  }

  @Test
  void shouldBeEmptyWhenThereIsNoFile() throws IOException {
    assertThat(RawCsv.read(folder.resolve("none"))).isEmpty();
  }

  @Test
  void shouldRefuseWhenTheFileHasOtherColumns() throws IOException {
    Path file = Files.writeString(folder.resolve("old"), "contender,jdk\n");

    assertThatThrownBy(() -> RawCsv.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is not of this version: its first line must be " + RawCsv.HEADER);
  }

  @Test
  void shouldTakeTheNewRoundsWhenBothRunsHaveThem() {
    Results earlier =
        Rounds.results(Rounds.of("outband", "1GiB", 900), Rounds.of("outband", "1KiB", 9));

    assertThat(Rounds.results(Rounds.of("outband", "1GiB", 500)).with(earlier).rounds())
        .containsExactlyInAnyOrderElementsOf(
            Rounds.results(Rounds.of("outband", "1GiB", 500), Rounds.of("outband", "1KiB", 9))
                .rounds());
  }
}
