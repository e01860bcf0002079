package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RetryPolicyTest {

  private static final Duration PAUSE = Duration.ofMillis(200);

  @Test
  void shouldDoubleItsPausesUpToFiveSeconds() {
    RetryPolicy policy = RetryPolicy.defaults();
    assertThat(IntStream.rangeClosed(1, 7).mapToLong(n -> policy.pauseAfter(n, 1).toMillis()))
        .containsExactly(200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    assertThat(policy.pauseAfter(1, 0)).isEqualTo(PAUSE.dividedBy(2));
    assertThat(policy.pauseAfter(1000, 1)).isEqualTo(Duration.ofSeconds(5));
    RetryPolicy slow = new RetryPolicy(1000, Duration.ofDays(1), Duration.ofMinutes(1));
    assertThat(slow.pauseAfter(9, 1)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void shouldSayWhichBoundIsBroken() {
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, PAUSE))
        .hasMessage("retry attempts must be 1..1000, not 0");
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ofDays(2), PAUSE))
        .hasMessage("retry limit must be PT0S..PT24H, not PT48H");
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ZERO, Duration.ZERO))
        .hasMessage("retry firstPause must be PT0.001S..PT1H, not PT0S");
  }
}
