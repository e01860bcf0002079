package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.server.OutbandServer;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which arguments of a call are receptions to watch over. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServerTransfersTest {
  @TempDir Path folder;
  private OutbandServer server;
  private ServerConnection connection;
  private DataPlane plane;
  private DataPlane others;
  private StandingWatch standing;
  private ServerTransfers transfers;

  @BeforeEach
  void start() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    server =
        OutbandServer.builder()
            .identity(Identity.load(authority.issueServer("one", List.of("127.0.0.1"))))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .start();
    Identity self = Identity.load(authority.issueClient("self"));
    connection =
        ServerConnection.open(
            self,
            new ServerAddress("127.0.0.1", server.controlAddress().getPort()),
            ControlLimits.defaults(),
            Lead.given());
    plane = plane("outband-test-plane");
    others = plane("outband-test-others");
    standing = StandingWatch.start(self, "outband-test-standing");
    transfers = new ServerTransfers(plane, standing);
  }

  private static DataPlane plane(String name) throws Exception {
    return DataPlane.builder()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .name(name)
        .start();
  }

  @AfterEach
  void stop() {
    standing.close();
    plane.close();
    others.close();
    connection.close();
    server.close();
  }

  @Test
  void shouldWatchOverTheReceptionsThatACallPassesUntilTheyEnd() throws Exception {
    try (Reception one = plane.receptions().open(Sink.discard());
        Reception two = plane.receptions().open(Sink.discard());
        Reception foreign = others.receptions().open(Sink.discard())) {
      transfers.passed(null, connection);
      transfers.passed(new Object[] {"x", null, List.of("x"), foreign.stub()}, connection);
      assertThat(standing.transfers()).isZero();
      transfers.passed(new Object[] {"x", one.stub()}, connection);
      assertThat(standing.transfers()).isEqualTo(1);
      transfers.passed(new Object[] {List.of(one.stub(), two.stub())}, connection);
      assertThat(standing.transfers()).isEqualTo(2);
      one.close();
      two.close();
      await().until(() -> standing.transfers() == 0);
      transfers.passed(new Object[] {one.stub()}, connection);
      assertThat(standing.transfers()).isZero();
    }
  }
}
