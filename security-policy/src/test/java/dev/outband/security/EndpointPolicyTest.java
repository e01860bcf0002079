package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class EndpointPolicyTest {
  private final AtomicInteger resolved = new AtomicInteger();
  private final InetAddress peer = address(192, 0, 2, 7);

  @Test
  void shouldAnswerThePeersAddressWithoutResolvingWhenTheEndpointIsObserved() throws Exception {
    InetSocketAddress admitted = policy().admit(Endpoint.observed(7098), peer);
    assertThat(admitted).isEqualTo(new InetSocketAddress(peer, 7098));
    assertThat(resolved).hasValue(0);
  }

  @Test
  void shouldAnswerTheCallersAddressWhenTheNameHasItAmongOthers() throws Exception {
    InetSocketAddress admitted =
        policy(address(198, 51, 100, 1), peer).admit(new Endpoint("client.example", 7098), peer);
    assertThat(admitted.getAddress()).isEqualTo(peer);
    assertThat(admitted.isUnresolved()).isFalse();
    assertThat(admitted.getHostString()).isEqualTo("192.0.2.7");
  }

  @Test
  void shouldResolveOnceWhenTheAnswerChangesAfterwards() throws Exception {
    InetAddress victim = address(198, 51, 100, 1);
    EndpointPolicy rebinding =
        CallbackPolicy.callerOnly(
            host -> new InetAddress[] {resolved.incrementAndGet() == 1 ? peer : victim});
    assertThat(rebinding.admit(new Endpoint("rebind.example", 7098), peer).getAddress())
        .isEqualTo(peer);
    assertThat(resolved).hasValue(1);
  }

  @Test
  void shouldRefuseWithCandidatePeerAndRuleWhenTheAddressIsAThirdOne() {
    assertThatThrownBy(
            () ->
                policy(address(198, 51, 100, 1)).admit(new Endpoint("victim.example", 7098), peer))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN))
        .hasMessage(
            "endpoint victim.example:7098 refused: address must be the caller's own,"
                + " caller=192.0.2.7");
  }

  @Test
  void shouldRefuseWhenARemoteCallerAdvertisesLoopback() {
    assertThatThrownBy(
            () -> EndpointPolicy.callerOnly().admit(new Endpoint("127.0.0.1", 7098), peer))
        .hasMessageContaining("must be the caller's own");
  }

  @Test
  void shouldRefuseWithoutResolvingWhenThePortNeedsPrivilege() {
    assertThatThrownBy(() -> policy(peer).admit(new Endpoint("client.example", 1023), peer))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN))
        .hasMessageContaining("port must be 1024..65535");
    assertThat(resolved).hasValue(0);
  }

  @Test
  void shouldAdmitWhenThePortIsTheLeastOne() throws Exception {
    assertThat(policy().admit(Endpoint.observed(1024), peer).getPort()).isEqualTo(1024);
  }

  @Test
  void shouldSayUnreachableWhenTheHostIsUnknown() {
    EndpointPolicy policy =
        CallbackPolicy.callerOnly(
            host -> {
              throw new UnknownHostException(host);
            });
    assertThatThrownBy(() -> policy.admit(new Endpoint("nowhere.example", 7098), peer))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.UNREACHABLE))
        .hasMessage("endpoint nowhere.example:7098: unknown host");
  }

  private EndpointPolicy policy(InetAddress... addresses) {
    return CallbackPolicy.callerOnly(
        host -> {
          resolved.incrementAndGet();
          return addresses;
        });
  }

  private static InetAddress address(int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
