package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the fuzzer begins with what is right. */
class WireFormTargetTest {

  @Test
  void shouldReadEverySeedToItsEnd() {
    for (Map.Entry<String, byte[]> seed : WireFormTarget.seeds().entrySet()) {
      assertThatCode(() -> WireFormTarget.decode(seed.getValue()))
          .as(seed.getKey())
          .doesNotThrowAnyException();
    }
  }
}
