package dev.outband.fuzz.jrmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sample of what {@code fuzz/run --jrmp} does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JrmpFuzzTest {
  @Test
  void shouldServeOnWhenACertifiedClientSendsWhatItLikes(@TempDir Path folder) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<Figure> figures =
        new JrmpFuzz(0, 3_000, 1)
            .run(folder, new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(figures)
        .as(printed.toString(StandardCharsets.UTF_8))
        .isNotEmpty()
        .allMatch(Figure::isKept);
  }
}
