package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class CallbackPolicyTest {
  private static final List<Network> EVERYWHERE =
      List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "169.254.1.1",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "240.0.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "::",
        "::1",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
      })
  void shouldNeverDialItForACallerElsewhereHoweverWideTheNetworks(String target) throws Exception {
    CallbackPolicy wide =
        new CallbackPolicy(InetAddress::getAllByName, true, EVERYWHERE, 1024, 65_535);
    for (CallbackPolicy policy : List.of(wide, CallbackPolicy.listed(InetAddress::getAllByName))) {
      for (String elsewhere : List.of("192.0.2.7", "2001:db8::7")) {
        assertThatThrownBy(() -> policy.admit(new Endpoint(target, 7098), address(elsewhere)))
            .isInstanceOfSatisfying(
                TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN));
      }
    }
  }

  @Test
  void shouldDialLoopbackWhenTheCallerIsThere() throws Exception {
    CallbackPolicy wide =
        new CallbackPolicy(InetAddress::getAllByName, false, EVERYWHERE, 1024, 65_535);
    assertThat(wide.admit(new Endpoint("127.0.0.2", 7098), address("127.0.0.1")).getHostString())
        .isEqualTo("127.0.0.2");
  }

  @Test
  void shouldDialTheFirstAddressOfANameThatIsInANetwork() throws Exception {
    AtomicInteger resolved = new AtomicInteger();
    CallbackPolicy policy =
        new CallbackPolicy(
            host -> {
              resolved.incrementAndGet();
              return new InetAddress[] {address("198.51.100.1"), address("10.1.2.3")};
            },
            true,
            List.of(Network.parse("10.1.0.0/16")),
            7000,
            7999);
    assertThat(policy.admit(new Endpoint("worker.example", 7000), address("192.0.2.7")))
        .hasToString("/10.1.2.3:7000");
    assertThat(resolved).hasValue(1);
  }

  @Test
  void shouldSayWhereAndWhichPortsWhenItRefuses() {
    CallbackPolicy policy =
        new CallbackPolicy(
            InetAddress::getAllByName, true, List.of(Network.parse("10.1.0.0/16")), 7000, 7999);
    assertThatThrownBy(() -> policy.admit(new Endpoint("10.2.0.1", 7000), address("192.0.2.7")))
        .hasMessage(
            "endpoint 10.2.0.1:7000 refused: address must be the caller's own or in 10.1.0.0/16,"
                + " caller=192.0.2.7");
    assertThatThrownBy(() -> policy.admit(new Endpoint("10.1.0.1", 8000), address("192.0.2.7")))
        .hasMessage("endpoint 10.1.0.1:8000 refused: port must be 7000..7999, caller=192.0.2.7");
  }

  @Test
  void shouldNotDialTheCallerWhenTheRuleLeavesItOut() {
    CallbackPolicy policy =
        new CallbackPolicy(
            InetAddress::getAllByName, false, List.of(Network.parse("10.1.0.0/16")), 1024, 65_535);
    assertThatThrownBy(() -> policy.admit(Endpoint.observed(7098), address("192.0.2.7")))
        .hasMessageContaining("address must be in 10.1.0.0/16");
  }

  @Test
  void shouldDialAMemberWhereverItIsAndTheListingServersOwnAddress() throws Exception {
    CallbackPolicy listed = CallbackPolicy.listed(InetAddress::getAllByName);
    for (String member : List.of("198.51.100.1", "10.1.2.3", "2001:db8::1", "192.0.2.7")) {
      assertThat(listed.admit(new Endpoint(member, 1024), address("192.0.2.7")).getAddress())
          .isEqualTo(address(member));
    }
    assertThat(listed.admit(new Endpoint("fe80::7", 7099), address("fe80::7")).getPort())
        .isEqualTo(7099);
    assertThat(listed.admit(new Endpoint("127.0.0.2", 7099), address("127.0.0.1")).getPort())
        .isEqualTo(7099);
  }

  @Test
  void shouldSayByWhomAMemberIsListedWhenItRefuses() {
    CallbackPolicy listed = CallbackPolicy.listed(InetAddress::getAllByName);
    assertThatThrownBy(() -> listed.admit(new Endpoint("127.0.0.1", 7099), address("192.0.2.7")))
        .hasMessage(
            "endpoint 127.0.0.1:7099 refused: address must be none of loopback, link-local,"
                + " multicast, reserved and metadata, listedBy=192.0.2.7");
    assertThatThrownBy(() -> listed.admit(new Endpoint("192.0.2.7", 1023), address("192.0.2.7")))
        .hasMessage(
            "endpoint 192.0.2.7:1023 refused: port must be 1024..65535, listedBy=192.0.2.7");
  }

  @Test
  void shouldAnswerAllAddressesOfAMembersNameThatMayBeDialedAndResolveItOnce() throws Exception {
    AtomicInteger resolved = new AtomicInteger();
    CallbackPolicy listed =
        CallbackPolicy.listed(
            host -> {
              resolved.incrementAndGet();
              return new InetAddress[] {
                address("127.0.0.1"), address("2001:db8::1"), address("198.51.100.1")
              };
            });
    assertThat(listed.admitAll(new Endpoint("member.example", 7099), address("192.0.2.7")))
        .containsExactly(
            new InetSocketAddress(address("2001:db8::1"), 7099),
            new InetSocketAddress(address("198.51.100.1"), 7099));
    assertThat(resolved).hasValue(1);
  }

  private static InetAddress address(String literal) throws java.net.UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
