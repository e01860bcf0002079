package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SummaryTest {

  @Test
  void shouldTakeTheMiddleFigureWhenTheirNumberIsOdd() {
    assertThat(Summary.of(7, 1, 100, 3, 5)).isEqualTo(new Summary(5, 1, 100));
  }

  @Test
  void shouldTakeTheMeanOfTheMiddleTwoWhenTheirNumberIsEven() {
    assertThat(Summary.of(4, 1, 2, 9)).isEqualTo(new Summary(3, 1, 9));
  }

  @Test
  void shouldBeTheFigureItselfWhenThereIsOne() {
    assertThat(Summary.of(2)).isEqualTo(new Summary(2, 2, 2));
  }

  @Test
  void shouldRefuseWhenThereIsNoFigure() {
    assertThatIllegalArgumentException()
        .isThrownBy(Summary::of)
        .withMessage("figures must be 1 or more, not 0");
  }
}
