package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyFileTargetTest {

  /** What keeps the target honest: keys that fit are taken. */
  @Test
  void shouldTakeTheKeysThatFitAndRefuseAnothers() throws Exception {
    Map<String, byte[]> seeds = KeyFileTarget.seeds();
    KeyFileTarget.decode(seeds.get("ec"));
    KeyFileTarget.decode(seeds.get("rsa"));
    assertThatThrownBy(() -> KeyFileTarget.decode(seeds.get("anothers")))
        .hasMessageStartingWith("key.pem: not the key of the certificate beside it");
  }
}
