package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TextFormsTest {

  @Test
  void shouldReadSizesWhenUnitIsKnown() {
    assertThat(ByteCount.parse("0")).isZero();
    assertThat(ByteCount.parse("17 B")).isEqualTo(17);
    assertThat(ByteCount.parse("64KiB")).isEqualTo(65_536);
    assertThat(ByteCount.parse("3mib")).isEqualTo(3L << 20);
    assertThat(ByteCount.parse("4GiB")).isEqualTo(4L << 30);
    assertThat(ByteCount.parse("1TiB")).isEqualTo(1L << 40);
  }

  @Test
  void shouldRefuseSizesWhenTheyMakeNoSense() {
    for (String size : new String[] {"", "GiB", "-1", "1.5GiB", "1GB", "1 PiB"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ByteCount.parse(size))
          .withMessage("a size is a number and B, KiB, MiB, GiB or TiB, not " + size);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteCount.parse("9999999999TiB"))
        .withMessage("a size must be at most 9223372036854775807 bytes, not 9999999999TiB");
  }

  @Test
  void shouldShowSizesInTheirLargestUnit() {
    assertThat(ByteCount.show(0)).isEqualTo("0 B");
    assertThat(ByteCount.show(1023)).isEqualTo("1023 B");
    assertThat(ByteCount.show(1536)).isEqualTo("1.5 KiB");
    assertThat(ByteCount.show(1L << 30)).isEqualTo("1 GiB");
    assertThat(ByteCount.show(5L << 40)).isEqualTo("5 TiB");
  }

  @Test
  void shouldWriteAsciiJsonWhenTextIsNot() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("na\"me", "a\\b\n\u00fc");
    members.put("bytes", 7L);
    members.put("ok", true);

    assertThat(Json.object(members))
        .isEqualTo("{\"na\\\"me\":\"a\\\\b\\u000a\\u00fc\",\"bytes\":7,\"ok\":true}");
  }

  @Test
  void shouldStayOnOneLineWhenMessageHasLineBreaks() {
    assertThat(Failure.line("one\n  two\r\nthree\u2028four\u001b[31m"))
        .isEqualTo("one two three four?[31m");
  }

  @Test
  void shouldWriteHostAndPortAsItReadsThem() {
    assertThat(HostPort.parse("[::1]:0")).hasToString("[::1]:0");
    assertThat(HostPort.parse("localhost:7099")).hasToString("localhost:7099");
  }
}
