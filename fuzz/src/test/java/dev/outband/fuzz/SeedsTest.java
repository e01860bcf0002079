package dev.outband.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every target keeps to its bounds with every seed, those among them that it once did not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SeedsTest {

  static List<String> targets() throws IOException {
    return Seeds.targets(Seeds.FOLDER);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldKeepToItsBoundsWithEverySeed(String target) throws Exception {
    List<Path> seeds = Seeds.of(target);
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      Replay.give(target, seed);
    }
  }

  @Test
  void shouldHaveSeedsForEveryTargetThatIsThere() throws Exception {
    try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
      assertThat(sources.filter(file -> file.toString().endsWith("Target.java")))
          .map(SeedsTest::className)
          .containsExactlyInAnyOrderElementsOf(targets());
    }
  }

  @Test
  void shouldFailWhatIsNotPromisedOrTakesTooMuch() {
    Bounds throwing =
        Bounds.of(
            input -> {
              throw new IllegalStateException("x");
            },
            IOException.class);
    assertThatThrownBy(() -> throwing.check(new byte[1]))
        .isInstanceOf(AssertionError.class)
        .hasMessage("not promised: java.lang.IllegalStateException: x");
    Bounds allocating = Bounds.of(input -> assertThat(new byte[3 << 20]).isNotNull());
    assertThatThrownBy(() -> allocating.check(new byte[1023]))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("out of bounds, input=1023 bytes, allocated=3");
    Bounds.of(
            input -> {
              throw new IOException("x");
            },
            IOException.class)
        .check(new byte[0]);
  }

  private static String className(Path source) {
    String path = Path.of("src/test/java").relativize(source).toString();
    return path.substring(0, path.length() - ".java".length()).replace('/', '.');
  }
}
