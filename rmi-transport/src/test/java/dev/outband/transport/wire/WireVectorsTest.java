package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WireVectorsTest {

  static final Path DOCUMENTED = Path.of("..", "docs", "vectors", "wire-v1.json");

  @Test
  void shouldBeWhatTheDocumentsSay() throws Exception {
    Path made = Files.createDirectories(Path.of("target")).resolve("wire-v1.json");
    Files.writeString(made, WireVectors.json());
    assertThat(DOCUMENTED)
        .as(
            "The wire format has changed, or its vectors have. If that is meant, copy %s there.",
            made.toAbsolutePath())
        .hasSameTextualContentAs(made);
  }
}
