package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TimingTest {

  @Test
  void shouldTakeMedianAndNinetyNinthOfAHundredWhenThereAreMany() {
    long[] durations = LongStream.rangeClosed(1, 200).map(i -> 201 - i).toArray();

    assertThat(Timing.of(durations, 9999, 200)).isEqualTo(new Timing(9999, 200, 200, 100, 198));
  }

  @Test
  void shouldTakeTheOnlyOneWhenThereIsOne() {
    assertThat(Timing.of(new long[] {7}, 8, 64)).isEqualTo(new Timing(8, 1, 64, 7, 7));
  }

  @Test
  void shouldBeTheSameWhenParsedAgain() {
    Timing timing = new Timing(8, 2, 64, 7, 9);

    assertThat(Timing.parse(timing.format().split(" "))).isEqualTo(timing);
  }
}
