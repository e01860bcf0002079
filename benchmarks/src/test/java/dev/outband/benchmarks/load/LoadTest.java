package dev.outband.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs work, small; what they measure then says little, so only some limits are held. */
@Timeout(60)
class LoadTest {

  @TempDir Path folder;

  static List<Program> programs() {
    return List.of(
        new SingleStream(),
        new ParallelStreams(),
        new ManyAtOnce(),
        new StalledReceivers(),
        new WaitingReceptions(),
        new SilentConnections(),
        new CancelReach(),
        new HugeObject());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void shouldMeasureAndPrint(Program program) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<Figure> figures =
        program.run(Scale.SMALL, folder, new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(figures).isNotEmpty().allSatisfy(figure -> assertThat(figure.value()).isFinite());
    assertThat(printed.toString(StandardCharsets.UTF_8)).isNotBlank();
  }

  @Test
  void shouldSayWhetherALimitIsKept() {
    assertThat(Figure.atLeast("share", 0.75, "", 0.8))
        .hasToString(
            "figure=\"share\", value=0.750, unit=\"\", limit=\"at least 0.8\", verdict=MISSED");
    assertThat(Figure.atMost("threads", 10, "threads", 10))
        .hasToString(
            "figure=\"threads\", value=10.000, unit=\"threads\", limit=\"at most 10\","
                + " verdict=kept");
  }

  @Test
  void shouldTellEqualSharesFromOneThatTakesAll() {
    assertThat(ManyAtOnce.jain(new double[] {5, 5, 5, 5})).isEqualTo(1);
    assertThat(ManyAtOnce.jain(new double[] {5, 0, 0, 0})).isEqualTo(0.25);
  }
}
