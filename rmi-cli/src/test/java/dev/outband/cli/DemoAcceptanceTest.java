package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration holds, and cleans up after itself. */
@Timeout(180)
class DemoAcceptanceTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);

  @TempDir Path temp;

  @Test
  void shouldShowTableAndLeaveNothingWhenEveryCheckHolds() throws Exception {
    Cli.Result demo = Cli.run("demo", "--size", "16MiB", "--dir", temp).assertDone();

    assertThat(demo.out())
        .contains(
            "Outband, fetched", "Outband, stored back", "RMI, 1 MiB byte[] results", "SHA-256");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void shouldLeaveNeitherFilesNorServerWhenTerminated() throws Exception {
    Cli.Running demo = Cli.start(Cli.command("demo", "--size", "64MiB", "--dir", temp));
    await().atMost(LIMIT).pollInterval(POLL).until(() -> !demo.process().isAlive() || hasBegun());
    List<ProcessHandle> servers = demo.process().descendants().toList();
    assertThat(servers).hasSize(1);

    demo.process().destroy();
    Cli.end(demo);

    assertThat(temp).isEmptyDirectory();
    await().atMost(LIMIT).until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void shouldEndItsServerWhenKilled() throws Exception {
    Cli.Running demo = Cli.start(Cli.command("demo", "--size", "64MiB", "--dir", temp));
    await().atMost(LIMIT).pollInterval(POLL).until(() -> !demo.process().isAlive() || hasBegun());
    List<ProcessHandle> servers = demo.process().descendants().toList();
    assertThat(servers).hasSize(1);

    demo.process().destroyForcibly();
    Cli.end(demo);

    await().atMost(LIMIT).until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Whether its server is up and bytes flow. */
  private boolean hasBegun() throws Exception {
    try (Stream<Path> files = Files.walk(temp, 2)) {
      return files.anyMatch(file -> file.endsWith("chunks.part"));
    }
  }
}
