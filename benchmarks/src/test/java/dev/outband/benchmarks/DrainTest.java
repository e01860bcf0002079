package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class DrainTest {
  private static final int BYTES = 200_000;

  @TempDir private Path folder;
  private final byte[] content = new byte[BYTES];
  private Path file;

  @BeforeEach
  void write() throws IOException {
    for (int i = 0; i < BYTES; i++) {
      content[i] = (byte) (i * 31);
    }
    file = Files.write(folder.resolve("input"), content);
  }

  @Test
  void shouldPassWhenAllBytesAreTheFiles() throws IOException {
    try (Drain drain = new Drain.Checking(file)) {
      drain.accept(ByteBuffer.wrap(content, 0, 70_000));
      drain.accept(ByteBuffer.wrap(content, 70_000, BYTES - 70_000));
      drain.finish();
    }
  }

  @Test
  void shouldSayWhereWhenAByteDiffers() throws IOException {
    content[150_000]++;
    try (Drain drain = new Drain.Checking(file)) {
      assertThatThrownBy(() -> drain.accept(ByteBuffer.wrap(content)))
          .isInstanceOf(IOException.class)
          .hasMessage("bytes differ from the file's at position 150000");
    }
  }

  @Test
  void shouldSayHowManyWhenBytesAreMissing() throws IOException {
    try (Drain drain = new Drain.Checking(file)) {
      drain.accept(ByteBuffer.wrap(content, 0, 10));
      assertThatThrownBy(drain::finish)
          .isInstanceOf(IOException.class)
          .hasMessage("bytes are missing, expected=200000, received=10");
    }
  }

  @Test
  void shouldFailWhenThereAreMoreBytesThanTheFileHas() throws IOException {
    try (Drain drain = new Drain.Checking(file)) {
      drain.accept(ByteBuffer.wrap(content));
      assertThatThrownBy(() -> drain.accept(ByteBuffer.wrap(content, 0, 1)))
          .isInstanceOf(IOException.class)
          .hasMessage("bytes differ from the file's at position 200000");
    }
  }

  @Test
  void shouldLeaveNoFileWhenNotFinished() throws IOException {
    Path target = folder.resolve("output");
    try (Drain drain = new Drain.ToFile(target)) {
      drain.accept(ByteBuffer.wrap(content));
    }

    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }
}
