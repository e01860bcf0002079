package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OutbandUrlTest {

  @Test
  void shouldReadHostPortAndPathWhenWellFormed() {
    assertUrl("outband://files.example:7099/a/b.bin", "files.example", 7099, "a/b.bin");
    assertUrl("OUTBAND://10.0.0.5:1/", "10.0.0.5", 1, "");
    assertUrl("outband://10.0.0.5:65535", "10.0.0.5", 65_535, "");
    assertUrl("outband://[fe80::1%eth0]:7099/x", "fe80::1%eth0", 7099, "x");
    assertUrl("outband://[::1]:7099/x", "::1", 7099, "x");
  }

  @Test
  void shouldDecodePathWhenPercentEncoded() {
    assertUrl("outband://h:1/a%20b/%C3%BC%25%3f", "h", 1, "a b/\u00fc%?");
    assertUrl("outband://h:1/plain \u00fc+", "h", 1, "plain \u00fc+");
  }

  @Test
  void shouldLeaveToTheServerWhatOnlyItCanJudge() {
    assertUrl("outband://h:1//etc/passwd", "h", 1, "/etc/passwd");
    assertUrl("outband://h:1/../x", "h", 1, "../x");
    assertUrl("outband://h:1/%2e%2e/x", "h", 1, "../x");
    assertUrl("outband://h:1/dir/", "h", 1, "dir/");
  }

  @Test
  void shouldSayWhatIsWrongWhenMalformed() {
    assertMalformed("", "malformed URL : it does not start with outband://");
    assertMalformed(
        "http://h:1/x", "malformed URL http://h:1/x: it does not start with outband://");
    assertMalformed(
        "outband:/h:1/x", "malformed URL outband:/h:1/x: it does not start with outband://");
    assertMalformed("outband://h/x", "malformed URL outband://h/x: no port in h, write HOST:PORT");
    assertMalformed(
        "outband://:1/x", "malformed URL outband://:1/x: no host in :1, write HOST:PORT");
    assertMalformed(
        "outband://h:/x", "malformed URL outband://h:/x: port must be 0..65535, not empty");
    assertMalformed(
        "outband://h:0/x", "malformed URL outband://h:0/x: port must be 1..65535, not 0");
    assertMalformed(
        "outband://h:65536/x",
        "malformed URL outband://h:65536/x: port must be 0..65535, not 65536");
    assertMalformed(
        "outband://h:-1/x", "malformed URL outband://h:-1/x: port must be 0..65535, not -1");
    assertMalformed(
        "outband://h:9999999999/x",
        "malformed URL outband://h:9999999999/x: port must be 0..65535, not 9999999999");
    assertMalformed(
        "outband://::1:80/x",
        "malformed URL outband://::1:80/x: an IPv6 address goes in brackets: [::1]");
    assertMalformed(
        "outband://[::1]/x", "malformed URL outband://[::1]/x: no port in [::1], write HOST:PORT");
    assertMalformed(
        "outband://[h]:1/x", "malformed URL outband://[h]:1/x: not an IPv6 address: [h]");
    assertMalformed(
        "outband://h h:1/x", "malformed URL outband://h h:1/x: not a host name or address: h h");
    assertMalformed(
        "outband://h:1/a?b", "malformed URL outband://h:1/a?b: write ? as %3F in a path");
    assertMalformed(
        "outband://h:1/a#b", "malformed URL outband://h:1/a#b: write # as %23 in a path");
    assertMalformed(
        "outband://h:1/a%2Fb",
        "malformed URL outband://h:1/a%2Fb: no file's name has a slash, so %2F means nothing");
    assertMalformed(
        "outband://h:1/a%2",
        "malformed URL outband://h:1/a%2: % must be followed by two hexadecimal digits in a%2");
    assertMalformed(
        "outband://h:1/a%zz",
        "malformed URL outband://h:1/a%zz: % must be followed by two hexadecimal digits in a%zz");
    assertMalformed(
        "outband://h:1/%ff",
        "malformed URL outband://h:1/%ff: its percent-encoded bytes are not UTF-8");
  }

  @Test
  void shouldNotShowUserInfoWhenItRefusesIt() {
    assertMalformed(
        "outband://joe:secret@h:1/x",
        "malformed URL: a user name in it has no meaning, the identity says who asks");
  }

  private static void assertUrl(String text, String host, int port, String path) {
    assertThat(OutbandUrl.parse(text)).isEqualTo(new OutbandUrl(new HostPort(host, port), path));
  }

  private static void assertMalformed(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutbandUrl.parse(text))
        .withMessage(message);
  }
}
