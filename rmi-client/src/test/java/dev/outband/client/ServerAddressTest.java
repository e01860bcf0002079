package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class ServerAddressTest {

  @Test
  void shouldReadNamesAndAddressesOfBothKinds() {
    assertThat(ServerAddress.parse("files.example:7099"))
        .isEqualTo(new ServerAddress("files.example", 7099));
    assertThat(ServerAddress.parse("10.0.0.5:1")).isEqualTo(new ServerAddress("10.0.0.5", 1));
    assertThat(ServerAddress.parse("[::1]:65535"))
        .isEqualTo(new ServerAddress("::1", 65_535))
        .hasToString("[::1]:65535");
  }

  @Test
  void shouldNameTheFormAndTheTextWhenItIsMalformed() {
    for (String text :
        List.of(
            "", "host", ":1", "::1:7099", "[::1]", "a b:1", "host:x", "host:-1", "host:123456")) {
      assertThatThrownBy(() -> ServerAddress.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("server must be HOST:PORT or [IPV6]:PORT, not \"" + text + "\"");
    }
  }

  @Test
  void shouldNameTheBoundsWhenThePortIsOutOfThem() {
    for (int port : new int[] {0, 65_536, 99_999}) {
      assertThatThrownBy(() -> ServerAddress.parse("host:" + port))
          .hasMessage("server port must be 1..65535, not " + port);
    }
  }
}
