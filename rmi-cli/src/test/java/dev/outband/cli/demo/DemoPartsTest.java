package dev.outband.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DemoPartsTest {

  private static final String NAME = "random.bin";

  @TempDir Path temp;

  @Test
  void shouldTellTheDigestOfWhatItWrote() throws IOException {
    AtomicLong progress = new AtomicLong();
    Path file = temp.resolve("random");
    String sha256 = DemoFiles.random(file, 3_000_001, progress::set);

    assertThat(Files.size(file)).isEqualTo(3_000_001);
    assertThat(progress).hasValue(3_000_001);
    assertThat(DemoFiles.sha256(file, progress::set)).isEqualTo(sha256);
    Files.write(file, new byte[] {1});
    assertThat(DemoFiles.sha256(file, progress::set)).isNotEqualTo(sha256);
  }

  @Test
  void shouldRemoveFolderWithoutFollowingLinks() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createFile(outside.resolve("kept"));
    Path folder = Files.createDirectories(temp.resolve("folder/inner")).getParent();
    Files.createSymbolicLink(folder.resolve("link"), outside);

    DemoFiles.removeAll(folder);
    DemoFiles.removeAll(folder);

    assertThat(folder).doesNotExist();
    assertThat(outside.resolve("kept")).exists();
  }

  @Test
  void shouldServeWholeFileInChunks() throws IOException {
    Path file = temp.resolve("random.bin");
    DemoFiles.random(file, 2L * ChunkService.MAX_CHUNK_BYTES + 7, bytes -> {});
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (ChunkServer server = new ChunkServer(temp)) {
      for (byte[] chunk = server.read(NAME, 0, 1 << 20);
          chunk.length > 0;
          chunk = server.read(NAME, read.size(), 1 << 20)) {
        read.writeBytes(chunk);
      }
      assertThatThrownBy(() -> server.read("../random.bin", 0, 1))
          .isInstanceOf(RemoteException.class);
      assertThatThrownBy(() -> server.read(NAME, -1, 1)).isInstanceOf(RemoteException.class);
      assertThatThrownBy(() -> server.read(NAME, 0, 0)).isInstanceOf(RemoteException.class);
      assertThatThrownBy(() -> server.read(NAME, 0, (1 << 20) + 1))
          .isInstanceOf(RemoteException.class);
    }

    assertThat(read.toByteArray()).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void shouldShowRatioToTheLastRow() {
    List<String> table =
        Measurement.table(
            List.of(
                new Measurement("fast", 3_000_000_000L, Duration.ofSeconds(2), 10L << 20),
                new Measurement("slow", 3_000_000_000L, Duration.ofSeconds(4), 50L << 20)));

    assertThat(table.get(1)).contains("fast", "2.00 s", "1,500 MB/s", "10 MiB", "2.00");
    assertThat(table.get(2)).contains("slow", "4.00 s", "750 MB/s", "50 MiB", "1.00");
  }

  @Test
  void shouldNoticeHeapThatIsInUse() {
    HeapPeak.reset();
    byte[] held = new byte[8 << 20];

    assertThat(HeapPeak.bytes()).isGreaterThanOrEqualTo(held.length);
    assertThat(held).hasSize(8 << 20);
  }
}
