package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchdogTest {

  private static final Duration LONG = Duration.ofDays(1);

  @Test
  void shouldCloseAfterTheLastLimitWhenAnotherThreadDisarmsAndArmsAgain() throws Exception {
    try (Watchdog watchdog = new Watchdog("watchdog-test")) {
      CountDownLatch closed = new CountDownLatch(1);
      Watchdog.Watch watch = watchdog.watch(closed::countDown);
      watch.arm(LONG);

      watch.armLast(Duration.ofMillis(200));
      watch.disarm();
      watch.arm(LONG);

      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(watch.isExpired()).isTrue();
      assertThat(watchdog.size()).isZero();
    }
  }
}
