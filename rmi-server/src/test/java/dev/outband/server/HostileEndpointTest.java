package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteObjectInvocationHandler;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that wants the server to dial somebody else; traps count who does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileEndpointTest {
  private static final long SETTLE_MS = 500;
  private static final String UNKNOWN = "nowhere.invalid";

  /** Takes stubs, if they ever get there. */
  interface Taker extends Remote {
    void take(ReceptionObject[] many) throws RemoteException;
  }

  @TempDir Path folder;
  private final List<ServerSocketChannel> traps = new ArrayList<>();
  private TestProcesses processes;
  private OutbandClient client;
  private Selector selector;

  @BeforeEach
  void start() throws Exception {
    selector = Selector.open();
    processes = new TestProcesses(folder.resolve("pki"));
    client = processes.connect("mallory");
    processes.service.objects.put("x", new byte[10]);
  }

  @AfterEach
  void stop() throws Exception {
    for (ServerSocketChannel trap : traps) {
      trap.close();
    }
    selector.close();
    client.close();
    processes.close();
  }

  @Test
  void shouldDialNoneOfTwentyForbiddenTargetsOneByOneOrInOneList() throws Exception {
    List<Endpoint> targets = new ArrayList<>();
    for (int last = 2; last <= 8; last++) {
      targets.add(new Endpoint("127.0.0." + last, trap("127.0.0." + last)));
    }
    int own = trap("127.0.0.1");
    int second = trap("127.0.0.9");
    for (String host :
        List.of(
            "0.0.0.0",
            "127.9",
            "2130706441",
            "::ffff:127.0.0.9",
            "::1",
            "::",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            UNKNOWN)) {
      targets.add(new Endpoint(host, host.equals("0.0.0.0") || host.equals("::") ? own : second));
    }
    targets.add(Endpoint.observed(22));
    targets.add(Endpoint.observed(1023));
    assertThat(targets).hasSize(20);
    trapOthers(targets);
    Archive archive = client.lookup("archive", Archive.class);
    for (Endpoint target : targets) {
      TransferException refused =
          catchThrowableOfType(
              TransferException.class, () -> archive.fetch("x", stub(List.of(target))));
      assertThat(refused.code())
          .as("%s", target)
          .isEqualTo(target.host().equals(UNKNOWN) ? Code.UNREACHABLE : Code.FORBIDDEN);
    }
    for (int i = 0; i < targets.size(); i += ReceptionStub.MAX_ENDPOINTS) {
      List<Endpoint> some =
          targets.subList(i, Math.min(targets.size(), i + ReceptionStub.MAX_ENDPOINTS));
      assertThatThrownBy(() -> archive.fetch("x", stub(some)))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN));
    }
    assertNobodyDialed();
    assertTheTrapsCount();
    assertThat(archive.whoCalls()).isEqualTo("client:mallory");
  }

  @Test
  void shouldDialNothingAndStartNoThreadWhenACallHasThreeHundredStubsOfTheJdksMaking()
      throws Exception {
    int[] entered = {0};
    processes.server.export("taker", Taker.class, many -> entered[0]++);
    Taker taker = client.lookup("taker", Taker.class);
    int port = trap("127.0.0.1");
    RemoteObject registry = (RemoteObject) LocateRegistry.getRegistry("127.0.0.1", port);
    ReceptionObject[] stubs = new ReceptionObject[300];
    Arrays.setAll(stubs, i -> jdkStub(registry));
    assertThatThrownBy(() -> taker.take(stubs)).isInstanceOf(Exception.class);
    assertNobodyDialed();
    assertThat(entered[0]).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("RMI RenewClean-[127.0.0.1:" + port));
  }

  private static ReceptionObject jdkStub(RemoteObject registry) {
    return (ReceptionObject)
        Proxy.newProxyInstance(
            ReceptionObject.class.getClassLoader(),
            new Class<?>[] {ReceptionObject.class},
            new RemoteObjectInvocationHandler(registry.getRef()));
  }

  private static ReceptionStub stub(List<Endpoint> endpoints) {
    return new ReceptionStub(
        endpoints,
        new Ticket(
            UUID.randomUUID(),
            Secret.random(new SecureRandom()),
            Direction.TO_LISTENER,
            Protection.PRIVACY,
            100,
            0,
            ""));
  }

  private int trap(String host) throws IOException {
    return trap(new InetSocketAddress(InetAddress.getByName(host), 0));
  }

  private int trap(InetSocketAddress address) throws IOException {
    ServerSocketChannel trap = ServerSocketChannel.open();
    traps.add(trap);
    trap.bind(address);
    trap.configureBlocking(false);
    trap.register(selector, SelectionKey.OP_ACCEPT);
    return ((InetSocketAddress) trap.getLocalAddress()).getPort();
  }

  /** Where this host lets one listen at a target, one does; at IPv6's loopback if there is any. */
  private void trapOthers(List<Endpoint> targets) throws IOException {
    InetAddress loopback6 = InetAddress.getByName("::1");
    boolean hasLoopback6 = NetworkInterface.getByInetAddress(loopback6) != null;
    for (Endpoint target : targets) {
      if (hasLoopback6 && Set.of("::1", "::").contains(target.host())) {
        trap(new InetSocketAddress(loopback6, target.port()));
      } else if (!target.host().equals(UNKNOWN)) {
        trapIfMay(target);
      }
    }
  }

  private void trapIfMay(Endpoint target) {
    String host = target.isObserved() ? "127.0.0.1" : target.host();
    try {
      trap(new InetSocketAddress(InetAddress.getByName(host), target.port()));
    } catch (IOException e) {
      // Not an address of this host, a port that it does not give, or one with a trap already.
    }
  }

  private void assertNobodyDialed() throws IOException {
    assertThat(selector.select(SETTLE_MS)).as("connection attempts").isZero();
  }

  /** Each trap that can be reached from here would have told of a connection. */
  private void assertTheTrapsCount() throws IOException {
    for (SelectionKey trap : selector.keys()) {
      InetSocketAddress address =
          (InetSocketAddress) ((ServerSocketChannel) trap.channel()).getLocalAddress();
      if (address.getAddress().isLoopbackAddress()) {
        try (SocketChannel dialed = SocketChannel.open(address)) {
          selector.select();
          assertThat(selector.selectedKeys()).as("%s", dialed).contains(trap);
        }
      }
    }
  }
}
