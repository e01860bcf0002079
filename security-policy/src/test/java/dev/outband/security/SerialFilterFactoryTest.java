package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each case needs a JVM of its own: the factory can be set once, before the first stream. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SerialFilterFactoryTest {

  @Test
  void shouldInstallOnceAndAgainWhenNothingWasReadYet() throws Exception {
    assertThat(run("first")).endsWith("installed");
  }

  @Test
  void shouldComplainInOneLineWhenSomethingWasReadBefore() throws Exception {
    assertThat(run("late"))
        .startsWith(
            "deserialization filter factory of this JVM must be"
                + " dev.outband.security.SerialFilterFactory")
        .contains("call SerialFilters.installJvmWide() before the first ObjectInputStream")
        .contains("-Djdk.serialFilterFactory=dev.outband.security.SerialFilterFactory")
        .doesNotContain("\n");
  }

  @Test
  void shouldComplainWhenAnotherFactoryIsThere() throws Exception {
    assertThat(run("foreign")).contains("not dev.outband.security.FilterProgram$$Lambda");
  }

  @Test
  void shouldBeContentWhenAnotherFactoryAsksOurs() throws Exception {
    assertThat(run("composed")).isEqualTo("installed");
  }

  @Test
  void shouldBeContentWhenTheJvmWasStartedWithTheFactory() throws Exception {
    assertThat(run("late", "-Djdk.serialFilterFactory=dev.outband.security.SerialFilterFactory"))
        .isEqualTo("installed");
  }

  private static String run(String how, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), FilterProgram.class.getName(), how));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
