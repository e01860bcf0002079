package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Which bytes a stream carries. */
class StripeTest {

  @Property(tries = 300)
  void shouldDivideAnObjectWithoutGapsIntoNearlyEqualParts(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long bytes,
      @ForAll @IntRange(min = 1, max = 300) int streams) {
    long end = 0;
    long longest = 0;
    long shortest = Long.MAX_VALUE;
    for (int stream = 0; stream < streams; stream++) {
      Stripe stripe = Stripe.of(bytes, stream, streams);
      assertThat(stripe.start()).isEqualTo(end);
      assertThat(stripe.bytes()).isNotNegative();
      longest = Math.max(longest, stripe.bytes());
      shortest = Math.min(shortest, stripe.bytes());
      end += stripe.bytes();
      assertThat(end % Stripe.GRAIN_BYTES == 0 || end == bytes).isTrue();
    }
    assertThat(end).isEqualTo(bytes);
    assertThat(longest - shortest).isLessThan(2L * Stripe.GRAIN_BYTES);
  }

  @Test
  void shouldLeaveAnObjectOfUnknownLengthWhole() {
    assertThat(Stripe.of(-1, 0, 1)).isEqualTo(new Stripe(0, -1));
  }
}
