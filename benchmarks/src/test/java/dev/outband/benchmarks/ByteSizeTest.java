package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "1GiB,1073741824",
    "64KiB,65536",
    "5MiB,5242880",
    "1001B,1001",
    "1024GiB,1099511627776"
  })
  void shouldReadAndPrintWhenFormIsShortest(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @Test
  void shouldReadBytesWhenThereIsNoUnit() {
    assertThat(ByteSize.parse("4096")).hasToString("4KiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GiB", "-1", "1 GiB", "1GB", "1.5GiB"})
  void shouldRefuseWhenTextIsNoSize(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage("size must be a number with B, KiB, MiB or GiB, not " + text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1025GiB"})
  void shouldRefuseWhenSizeIsOutOfBounds(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessageStartingWith("size must be 1..1099511627776 bytes, not ");
  }
}
