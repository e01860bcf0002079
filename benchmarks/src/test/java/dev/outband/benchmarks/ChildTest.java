package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void shouldEndWhenItsInputEnds() throws Exception {
    Process process = new ProcessBuilder(command(Child.SENDER, "-")).start();
    try {
      assertThat(process.inputReader().readLine())
          .startsWith("ready " + Runtime.version() + " " + Loopback.HOST);

      process.getOutputStream().close();

      assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldSayWhichEndFailedWhenItCannotStart() throws Exception {
    List<String> command = command(Child.RECEIVER, Loopback.format(1));
    try (ChildProcess child = ChildProcess.start("copy receiver", command)) {
      assertThatThrownBy(() -> child.await("ready", DEADLINE))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("copy receiver: failed java.net.ConnectException");
    }
  }

  @Test
  void shouldNameTheExpectedAnswerWhenNoneComes() throws Exception {
    try (ChildProcess child = ChildProcess.start("copy sender", command(Child.SENDER, "-"))) {
      child.await("ready", DEADLINE);

      assertThatThrownBy(() -> child.await("done", Duration.ZERO))
          .isInstanceOf(IOException.class)
          .hasMessage("copy sender gave no answer, expected=done, seconds=0");
    }
  }

  private List<String> command(String role, String address) {
    Path java = Path.of(ProcessHandle.current().info().command().orElse("java"));
    String classPath = ManagementFactory.getRuntimeMXBean().getClassPath();
    Launch launch = new Launch(java, List.of(), classPath);
    Workplace workplace = new Workplace(folder, SinkKind.DISCARD);
    return launch.command(role, new CopyLoopContender(), workplace, address);
  }
}
