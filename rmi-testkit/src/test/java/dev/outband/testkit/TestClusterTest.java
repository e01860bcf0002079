package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.PeerRefusedException;
import dev.outband.server.OutbandServer;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole calls, with their transfers, in one JVM; also through a proxy. */
@Timeout(60)
@OutbandCluster(servers = 3, clients = 2)
class TestClusterTest {

  private static final int SIZE = 1_000_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private byte[] content;
  private BytesSink stored;

  /** A remote interface as an application would have it; public, as RMI wants it. */
  public interface Shelf extends Remote {
    Confirmation fetch(ReceptionObject reception) throws RemoteException, TransferException;

    ReceptionObject store() throws RemoteException, TransferException;
  }

  private final class Service implements Shelf {
    private final OutbandServer server;

    private Service(OutbandServer server) {
      this.server = server;
    }

    @Override
    public Confirmation fetch(ReceptionObject reception) throws TransferException {
      return server.transmitter().transmit(Source.bytes(content), reception);
    }

    @Override
    public ReceptionObject store() throws TransferException {
      return server.receptions().open(stored).stub();
    }
  }

  @BeforeEach
  void export(TestCluster cluster) {
    content = new byte[SIZE];
    new Random(SIZE).nextBytes(content);
    stored = Sink.bytes(SIZE);
    cluster.export("shelf", Shelf.class, Service::new);
  }

  @Test
  void shouldFetchAndStore(OutbandClient one, OutbandClient two) throws Exception {
    BytesSink fetched = Sink.bytes(SIZE);
    assertThat(one.receive(fetched, one.lookup("shelf", Shelf.class)::fetch).bytes())
        .isEqualTo(SIZE);
    assertThat(fetched.toByteArray()).isEqualTo(content);
    ReceptionObject place = two.lookup("shelf", Shelf.class).store();
    assertThat(two.transmit(Source.bytes(content), place).bytes()).isEqualTo(SIZE);
    assertThat(stored.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldGoOnWhenTheDataConnectionIsCut(TestCluster cluster, OutbandClient client, Path folder)
      throws Exception {
    Shelf remote = client.lookup("shelf", Shelf.class);
    Path target = folder.resolve("target");
    ChaosProxy proxy = cluster.proxyTo(client.dataAddress());
    ProxiedConnection cut =
        proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(SIZE / 2, CutBy.RST)));
    assertThat(client.receive(Sink.file(target), to -> remote.fetch(proxy.through(to))).bytes())
        .isEqualTo(SIZE);
    assertThat(cut.awaitEnd(Duration.ofSeconds(10))).isTrue();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void shouldCallThroughAProxyOfTheControlPort(TestCluster cluster, OutbandServer server)
      throws Exception {
    ChaosProxy proxy = cluster.proxyTo(server.controlAddress());
    ProxiedConnection first = proxy.next(Plan.RECORDING);
    assertThat(cluster.connect(proxy.address()).names()).containsExactly("shelf");
    assertThat(first.recorded(Direction.TO_LISTENER)).isNotEmpty();
  }

  @Test
  void shouldReachAServerThatIsLeftWhenOthersAreClosed(TestCluster cluster, Path folder)
      throws Exception {
    cluster.server(0).close();
    cluster.server(1).close();
    try (OutbandClient late = cluster.clientBuilder("late").connect()) {
      assertThat(late.names()).containsExactly("shelf");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldRefuseWhoseIdentityIsRevoked(TestCluster cluster, TrustDomain domain)
      throws Exception {
    var builder = cluster.clientBuilder("intern");
    domain.revoke("intern");
    assertThatThrownBy(builder::connect).isInstanceOf(PeerRefusedException.class);
  }

  @Test
  void shouldStartOnceMoreInUnderASecond(Path folder) throws Exception {
    Duration quickest = Duration.ofDays(1);
    for (int i = 0; i < 5 && quickest.compareTo(SECOND) >= 0; i++) {
      long startNs = System.nanoTime();
      try (TestCluster other =
          TestCluster.builder().servers(3).start(folder.resolve("cluster-" + i))) {
        Duration taken = Duration.ofNanos(System.nanoTime() - startNs);
        assertThat(other.client(0).names()).isEmpty();
        System.out.println("three servers and a client started within " + taken);
        quickest = taken.compareTo(quickest) < 0 ? taken : quickest;
      }
    }
    assertThat(quickest).isLessThan(SECOND);
  }

  @Test
  void shouldGiveEachProcessAnIdentityAndPortsOfItsOwn(
      List<OutbandServer> servers, List<OutbandClient> clients) {
    assertThat(servers)
        .extracting(server -> server.principal().name())
        .containsExactly("server-1", "server-2", "server-3");
    assertThat(servers).extracting(OutbandServer::controlAddress).doesNotHaveDuplicates();
    assertThat(clients).extracting(OutbandClient::dataAddress).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void shouldRefuseACountOutOfBounds() {
    assertThatThrownBy(() -> TestCluster.builder().servers(0))
        .hasMessage("servers must be 1..64, not 0");
    assertThatThrownBy(() -> TestCluster.builder().clients(65))
        .hasMessage("clients must be 0..64, not 65");
  }
}
