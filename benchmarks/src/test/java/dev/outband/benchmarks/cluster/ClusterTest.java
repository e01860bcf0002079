package dev.outband.benchmarks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.benchmarks.load.Figure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short form of what the command does at length: every limit is held. */
@Timeout(180)
class ClusterTest {

  private static final long MEBI = 1 << 20;
  private static final long SEED = 20261124;

  @TempDir static Path folder;
  private static ThreeServers servers;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @BeforeAll
  static void start() throws Exception {
    servers = ThreeServers.start(folder);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void shouldGoOnWithAnotherServerWhenTheSenderIsKilled() throws Exception {
    Kills.Plan plan = new Kills.Plan(Direction.GET, 1, 16 * MEBI, 16 * MEBI, SEED);
    List<Figure> figures = new Kills(plan, servers, folder, out).run();
    assertThat(figures)
        .as(printed.toString(StandardCharsets.UTF_8))
        .isNotEmpty()
        .allMatch(Figure::kept);
  }

  @Test
  void shouldHoldNothingOfClientsThatCrashInTheMiddle() throws Exception {
    try (OneServer server = OneServer.start(folder, 2)) {
      Crashes.Plan plan = new Crashes.Plan(1, 10, 48 * MEBI, SEED);
      List<Figure> figures = new Crashes(plan, server, out).run();
      assertThat(figures)
          .as(printed.toString(StandardCharsets.UTF_8))
          .isNotEmpty()
          .allMatch(Figure::kept);
    }
  }
}
