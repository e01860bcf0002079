package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Protection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class AuditLineTest {
  private static final UUID ID = new UUID(1, 2);

  @Test
  void shouldHaveAllFieldsInOneOrder() throws Exception {
    Caller caller =
        new Caller(
            new Principal("me", Role.CLIENT),
            new InetSocketAddress(InetAddress.getByName("2001:db8::7"), 40_112));
    assertThat(
            AuditLine.allow("transfer")
                .caller(caller)
                .call("files", "get")
                .transfer(ID)
                .level(Protection.PRIVACY)
                .rule("files-read"))
        .hasToString(
            "decision=allow action=transfer principal=client:me"
                + " address=[2001:db8:0:0:0:0:0:7]:40112 service=files method=get"
                + " transfer=00000000-0000-0001-0000-000000000002 level=PRIVACY rule=files-read"
                + " reason=-");
  }

  @Test
  void shouldStayOneLineWithItsOwnFieldsWhenAValueTriesToForgeOne() {
    assertThat(
            AuditLine.deny("lookup")
                .call("x\r\ndecision=allow action=call \u2028\u0085\u001b[2K\"\\", "get")
                .reason(""))
        .hasToString(
            "decision=deny action=lookup principal=- address=- service=\"x??decision=allow"
                + " action=call ???[2K'?\" method=get transfer=- level=- rule=- reason=\"\"");
  }

  @Test
  void shouldBeCutWhenAValueIsLong() {
    assertThat(AuditLine.deny("lookup").call("a".repeat(100_000), "*").toString())
        .hasSizeLessThan(500);
  }
}
