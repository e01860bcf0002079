package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeakCheckTest {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private LeakCheck leaks;

  @BeforeEach
  void takeBaseline() throws IOException {
    Files.writeString(folder.resolve("there before"), "x");
    leaks = LeakCheck.baseline(folder);
  }

  @Test
  void shouldFindNothingWhenNothingIsLeft() throws Exception {
    assertThat(leaks.left()).isEmpty();
    leaks.await(SHORT);
  }

  @Test
  void shouldNameAThreadThatIsLeft() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Thread left = new Thread(() -> awaitQuietly(over), "left-behind-1");
    left.start();
    assertThatThrownBy(() -> leaks.await(SHORT))
        .isInstanceOf(AssertionError.class)
        .hasMessage("left behind after PT0.2S: thread left-behind-1");
    over.countDown();
    left.join();
    leaks.await(LONG);
  }

  @Test
  void shouldNameAFileThatIsLeft() throws Exception {
    Path left = Files.writeString(folder.resolve(".x.outband-1"), "x");
    assertThat(leaks.left()).containsExactly("file " + left);
    Files.delete(left);
    leaks.await(LONG);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldNameADescriptorThatIsLeft() throws Exception {
    Path file = folder.resolve("there before");
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
      assertThat(open.isOpen()).isTrue();
      assertThat(leaks.left()).containsExactly("descriptor " + file.toRealPath());
    }
    leaks.await(LONG);
  }

  @Test
  void shouldCountDirectMemoryThatIsLeft() throws Exception {
    ByteBuffer left = ByteBuffer.allocateDirect(3 << 20);
    assertThat(leaks.left()).hasSize(1).first().asString().endsWith(" bytes of direct memory");
    assertThat(left.capacity()).isEqualTo(3 << 20);
    left = null;
    leaks.await(LONG);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
