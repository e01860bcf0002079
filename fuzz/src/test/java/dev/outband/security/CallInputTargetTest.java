package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallInputTargetTest {

  /** What keeps the target honest: a call of anybody's is read to its end. */
  @Test
  void shouldReadCallsToTheirEndAndRefuseThoseOfRmisOwnObjects() throws Exception {
    Map<String, byte[]> seeds = CallInputTarget.seeds();
    for (String good : List.of("call", "call-of-a-long-block", "call-byte-by-byte", "look-up")) {
      CallInputTarget.decode(seeds.get(good));
    }
    for (String refused : List.of("bind", "dirty")) {
      assertThatThrownBy(() -> CallInputTarget.decode(seeds.get(refused)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("of RMI's own objects");
    }
  }
}
