package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServerEndTest {

  private static final Duration DRAIN = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void shouldEndWellWhenTransfersAreCutOff() throws Exception {
    List<Duration> limits = new CopyOnWriteArrayList<>();
    Steps closing = new Steps(limits::add, () -> {});
    assertThat(new ServerEnd(closing, DRAIN, LONG).await()).isEqualTo(ExitCode.DONE);
    assertThat(limits).containsExactly(DRAIN);
  }

  @Test
  void shouldEndWithinItsTimeWhenClosingHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try {
      Steps hanging = new Steps(limit -> {}, () -> awaitQuietly(never));
      assertThat(new ServerEnd(hanging, DRAIN, Duration.ofMillis(200)).await())
          .isEqualTo(ExitCode.FAILED);
    } finally {
      never.countDown();
    }
  }

  @Test
  @Timeout(15)
  void shouldFailAtOnceWhenDrainingOrClosingFails() throws Exception {
    Runnable failing =
        () -> {
          throw new IllegalStateException("not today");
        };
    assertThat(new ServerEnd(new Steps(limit -> failing.run(), () -> {}), DRAIN, LONG).await())
        .isEqualTo(ExitCode.FAILED);
    assertThat(new ServerEnd(new Steps(limit -> {}, failing), DRAIN, LONG).await())
        .isEqualTo(ExitCode.FAILED);
  }

  /** Does not drain all. */
  private record Steps(Consumer<Duration> draining, Runnable closing) implements ServerEnd.Steps {
    @Override
    public boolean drain(Duration limit) {
      draining.accept(limit);
      return false;
    }

    @Override
    public void close() {
      closing.run();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
