package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.security.PeerRefusedException.Reason;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ties a process to its key: pins of connections, and signed statements. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PinTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  interface Nothing extends Remote {
    void nothing() throws RemoteException;
  }

  @TempDir Path folder;
  private TestDomain domain;
  private Identity one;
  private Identity two;

  @BeforeEach
  void issue() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    one = domain.server("one");
    two = domain.server("two");
  }

  @Test
  void shouldConnectToThePinnedProcessAloneWhenAPinIsGiven() throws Exception {
    Pin wrongKey = new Pin(one.principal(), two.pin().keyId());
    try (TestServer server = new TestServer(one, ControlLimits.defaults())) {
      server.export(Nothing.class, () -> {});
      connect(server.port(), one.pin());
      assertThat(refused(server.port(), two.pin()))
          .returns(Reason.WRONG_KEY, PeerRefusedException::reason)
          .hasMessageContaining("certificate is that of server:one, expected is server:two");
      assertThat(refused(server.port(), wrongKey))
          .returns(Reason.WRONG_KEY, PeerRefusedException::reason)
          .hasMessageContaining("certificate of server:one has the key");
      connect(server.port(), one.pin());
    }
  }

  @Test
  void shouldKnowTheSignerWhenAStatementIsGood() throws Exception {
    SignedStatement made = SignedStatement.sign(one, "test", CONTENT);
    SignedStatement received =
        SignedStatement.received(made.certificate(), made.content(), made.signature());
    assertThat(received.verify(two, Role.SERVER, "test")).isEqualTo(one.pin());
    assertThat(received.content()).isEqualTo(CONTENT);
  }

  @Test
  void shouldRefuseAStatementWhenAnythingOfItIsAnothers() throws Exception {
    SignedStatement made = SignedStatement.sign(one, "test", CONTENT);
    byte[] other = "Content".getBytes(StandardCharsets.UTF_8);
    assertUnsigned(SignedStatement.received(made.certificate(), other, made.signature()), "test");
    assertUnsigned(
        SignedStatement.received(made.certificate(), CONTENT, new byte[] {1, 2, 3}), "test");
    assertUnsigned(made, "another purpose");
    SignedStatement claimed =
        SignedStatement.received(
            SignedStatement.sign(two, "test", CONTENT).certificate(), CONTENT, made.signature());
    assertUnsigned(claimed, "test");

    assertThat(
            catchThrowableOfType(
                PeerRefusedException.class, () -> made.verify(two, Role.CLIENT, "test")))
        .returns(Reason.WRONG_ROLE, PeerRefusedException::reason);
    Identity stranger = new TestDomain(folder.resolve("other")).server("one");
    assertThat(
            catchThrowableOfType(
                PeerRefusedException.class, () -> made.verify(stranger, Role.SERVER, "test")))
        .returns(Reason.UNTRUSTED, PeerRefusedException::reason);
  }

  @Test
  void shouldRefuseToReadWhenTheCertificateIsNoneOrIsFollowedByMore() {
    byte[] good = SignedStatement.sign(one, "test", CONTENT).certificate();
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> SignedStatement.received(longer, CONTENT, CONTENT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SignedStatement.received(CONTENT, CONTENT, CONTENT))
        .hasMessage("certificate is unreadable");
    assertThatThrownBy(() -> new Pin(one.principal(), "AB"))
        .hasMessage("keyId must be 64 lower-case hexadecimal digits");
  }

  private void assertUnsigned(SignedStatement statement, String purpose) {
    assertThat(
            catchThrowableOfType(
                PeerRefusedException.class, () -> statement.verify(two, Role.SERVER, purpose)))
        .returns(Reason.WRONG_KEY, PeerRefusedException::reason)
        .hasMessageContaining("signature is not that of server:");
  }

  private PeerRefusedException refused(int port, Pin pin) {
    return catchThrowableOfType(PeerRefusedException.class, () -> connect(port, pin));
  }

  private void connect(int port, Pin pin) throws Exception {
    Identity caller = Identity.load(folder.resolve("pki").resolve("two"));
    try (ControlSocketFactory factory =
        new ControlSocketFactory(caller, "127.0.0.1", port, ControlLimits.defaults())) {
      factory.require(pin);
      connect(factory);
      assertThat(factory.peer()).isEqualTo(pin);
    }
  }

  private static void connect(ControlSocketFactory factory) throws Exception {
    try (CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("ignored", 0)) {
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
