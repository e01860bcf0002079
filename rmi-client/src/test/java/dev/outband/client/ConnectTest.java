package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlPort;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.SerialFilters;
import dev.outband.security.pki.CertificateAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are none, or not the right one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir Path folder;
  private CertificateAuthority authority;
  private Identity self;

  @BeforeEach
  void identify() throws Exception {
    SerialFilters.installJvmWide();
    authority = CertificateAuthority.create(folder.resolve("pki"));
    self = Identity.load(authority.issueClient("self"));
  }

  @Test
  void shouldSayWhichSettingIsMissing() {
    assertThatThrownBy(() -> OutbandClient.builder().servers("h:1").connect())
        .hasMessage("identity must be set");
    assertThatThrownBy(() -> OutbandClient.builder().identity(self).connect())
        .hasMessage("servers must be set: at least one host:port");
    assertThatThrownBy(() -> OutbandClient.builder().data("127.0.0.1", -1))
        .hasMessage("data port must be 0..65535, not -1");
  }

  @Test
  void shouldGiveUpAtTheDeadlineWhenTheServerIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, LOOPBACK)) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      TransferException failure =
          catchThrowableOfType(
              TransferException.class,
              () ->
                  OutbandClient.builder()
                      .identity(self)
                      .servers(address)
                      .controlLimits(
                          ControlLimits.defaults().withHandshakeDeadline(Duration.ofMillis(300)))
                      .connect());
      assertThat(failure.code()).isEqualTo(Code.UNREACHABLE);
      assertThat(failure)
          .hasMessage("no server answered: " + address + ": no TLS handshake within 300 ms");
    }
  }

  @Test
  void shouldSayTypedThatTheServersCertificateIsForAnotherHost() throws Exception {
    Identity server = Identity.load(authority.issueServer("two", List.of("example.org")));
    ControlPort port =
        ControlPort.open(server, new InetSocketAddress(LOOPBACK, 0), ControlLimits.defaults());
    Registry registry = LocateRegistry.createRegistry(port.address().getPort(), null, port);
    try {
      PeerRefusedException refused =
          catchThrowableOfType(PeerRefusedException.class, () -> connect(port));
      assertThat(refused.reason()).isEqualTo(PeerRefusedException.Reason.WRONG_HOST);
    } finally {
      UnicastRemoteObject.unexportObject(registry, true);
      port.close();
    }
  }

  @Test
  void shouldSaySoWhenTheRegistryHoldsNoDirectory() throws Exception {
    Identity server = Identity.load(authority.issueServer("two", List.of("127.0.0.1")));
    ControlPort port =
        ControlPort.open(server, new InetSocketAddress(LOOPBACK, 0), ControlLimits.defaults());
    Registry registry = LocateRegistry.createRegistry(port.address().getPort(), null, port);
    try {
      assertThatThrownBy(() -> connect(port))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("no Outband server: its registry has no directory");
    } finally {
      UnicastRemoteObject.unexportObject(registry, true);
      port.close();
    }
  }

  private void connect(ControlPort port) throws Exception {
    OutbandClient.builder()
        .identity(self)
        .servers("127.0.0.1:" + port.address().getPort())
        .connect()
        .close();
  }
}
