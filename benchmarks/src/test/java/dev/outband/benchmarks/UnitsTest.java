package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class UnitsTest {

  @Test
  void shouldChooseTheUnitThatFits() {
    assertThat(Units.time(35_400)).isEqualTo("35.4 us");
    assertThat(Units.time(1_500_000)).isEqualTo("1.50 ms");
    assertThat(Units.time(2_000_000_000)).isEqualTo("2.00 s");
    assertThat(Units.rate(1.234)).isEqualTo("1.23 GB/s");
    assertThat(Units.rate(0.1234)).isEqualTo("123 MB/s");
    assertThat(Units.rate(0.0001)).isEqualTo("100 kB/s");
  }
}
