package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServerEndTest {

  private static final Duration DRAIN = Duration.ofMillis(50);
  private static final Duration CLOSE = Duration.ofMillis(200);

  @Test
  void shouldEndWellWhenTransfersAreCutOff() throws Exception {
    assertThat(end(limit -> false, () -> {})).isEqualTo(ExitCode.DONE);
  }

  @Test
  void shouldEndWithinItsTimeWhenClosingHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try {
      assertThat(end(limit -> true, () -> awaitQuietly(never))).isEqualTo(ExitCode.FAILED);
    } finally {
      never.countDown();
    }
  }

  @Test
  void shouldFailWhenDrainingOrClosingFails() throws Exception {
    assertThat(
            end(
                limit -> {
                  throw new IllegalStateException("no draining today");
                },
                () -> {}))
        .isEqualTo(ExitCode.FAILED);
    assertThat(
            end(
                limit -> true,
                () -> {
                  throw new IllegalStateException("no closing today");
                }))
        .isEqualTo(ExitCode.FAILED);
  }

  private interface Draining {
    boolean drain(Duration limit);
  }

  private static int end(Draining draining, Runnable closing) throws InterruptedException {
    ServerEnd.Steps steps =
        new ServerEnd.Steps() {
          @Override
          public boolean drain(Duration limit) {
            assertThat(limit).isEqualTo(DRAIN);
            return draining.drain(limit);
          }

          @Override
          public void close() {
            closing.run();
          }
        };
    return new ServerEnd(steps, DRAIN, CLOSE).await();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
