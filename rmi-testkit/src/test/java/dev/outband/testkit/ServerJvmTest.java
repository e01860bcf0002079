package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class ServerJvmTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A program such as a user's own. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println("ready with " + String.join("+", arguments));
      System.err.println("heap " + (Runtime.getRuntime().maxMemory() >> 20));
      int heard = System.in.read();
      while (heard >= 0) {
        System.out.write(heard);
        System.out.flush();
        heard = System.in.read();
      }
      System.exit(7);
    }
  }

  /** Starts another one, says its process, and waits. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) throws Exception {
      ServerJvm child = ServerJvm.of(Echo.class).start();
      child.awaitLine("ready", LIMIT);
      System.out.println("child=" + child.pid());
      child.awaitExit(Duration.ofMinutes(5));
    }
  }

  @Test
  void shouldRunAMainClassAndCollectWhatItPrints() throws Exception {
    try (ServerJvm jvm =
        ServerJvm.of(Echo.class).arguments("a b", "c").options("-Xmx48m").start()) {
      assertThat(jvm.awaitLine("ready with (.*)", LIMIT).group(1)).isEqualTo("a b+c");
      assertThat(jvm.awaitLine("heap (\\d+)", LIMIT).group(1)).isEqualTo("48");
      jvm.input().write("hello\n".getBytes(StandardCharsets.UTF_8));
      jvm.input().flush();
      jvm.awaitLine("^hello$", LIMIT);
      assertThat(jvm.isAlive()).isTrue();
      jvm.input().close();
      assertThat(jvm.awaitExit(LIMIT)).isEqualTo(7);
      assertThat(jvm.output()).hasSize(3);
    }
  }

  @Test
  void shouldKillWithoutWarning() throws Exception {
    LeakCheck leaks = LeakCheck.baseline();
    ServerJvm jvm = ServerJvm.of(Echo.class).start();
    jvm.awaitLine("ready", LIMIT);
    jvm.kill();
    assertThat(jvm.isAlive()).isFalse();
    assertThat(ProcessHandle.of(jvm.pid())).isEmpty();
    assertThatThrownBy(() -> jvm.awaitLine("never said", LIMIT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no line matches never said and it has ended: ")
        .hasMessageContaining("ready with");
    jvm.close();
    leaks.await(LIMIT);
  }

  @Test
  void shouldEndByASignal() throws Exception {
    try (ServerJvm jvm = ServerJvm.of(Echo.class).start()) {
      jvm.awaitLine("ready", LIMIT);
      assertThat(jvm.terminate(LIMIT)).isEqualTo(128 + 15);
    }
  }

  @Test
  void shouldSayWhatWasPrintedWhenNothingElseComes() throws Exception {
    try (ServerJvm jvm = ServerJvm.of(Echo.class).start()) {
      jvm.awaitLine("ready", LIMIT);
      assertThatThrownBy(() -> jvm.awaitLine("never said", Duration.ofMillis(100)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("no line matches never said: ready with");
      assertThatThrownBy(() -> jvm.awaitExit(Duration.ofMillis(100)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("it runs on after PT0.1S: ready with");
    }
  }

  @Test
  void shouldEndWithTheOneThatStartedIt() throws Exception {
    ProcessHandle child;
    try (ServerJvm starter = ServerJvm.of(Starter.class).start()) {
      long pid = Long.parseLong(starter.awaitLine("child=(\\d+)", LIMIT).group(1));
      child = ProcessHandle.of(pid).orElseThrow();
      starter.kill();
    }
    assertThat(child.onExit()).succeedsWithin(LIMIT);
  }

  @Test
  void shouldSayThatThereIsNoSuchJava() {
    assertThatThrownBy(() -> ServerJvm.of(Echo.class).java(Path.of("no-such-java")).start())
        .isInstanceOf(java.io.IOException.class)
        .hasMessageContaining("no-such-java");
  }
}
