package dev.outband.testkit;

import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.client.OutbandClientBuilder;
import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Servers and clients in this JVM, each with an identity of its own from a trust domain to throw
 * away, on ephemeral loopback ports, with no path but that of the folder that it is given.
 *
 * <p>In a JUnit test {@link OutbandCluster} starts and closes it; anywhere else:
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.builder().servers(3).start(folder)) {
 *   cluster.export("archive", Archive.class, server -> new ArchiveService(server));
 *   Archive archive = cluster.client(0).lookup("archive", Archive.class);
 *   ...
 * }
 * }</pre>
 *
 * <p>As always in a JVM with Outband, the deserialization of the whole JVM is guarded from the
 * first cluster on. A server may be closed before the cluster is, to see what its clients make of
 * it. Safe for use by several threads.
 */
public final class TestCluster implements AutoCloseable {

  private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();

  private final TrustDomain domain;
  private final Path files;
  private final List<OutbandServer> servers = new ArrayList<>();
  private final List<OutbandClient> clients = new ArrayList<>();
  private final AtomicInteger further = new AtomicInteger();

  /** Guarded by itself; what is to be closed, the last one first. */
  private final Deque<Runnable> closing = new ArrayDeque<>();

  private TestCluster(TrustDomain domain, Path files) {
    this.domain = domain;
    this.files = files;
  }

  /**
   * Starts to describe a cluster.
   *
   * @return a builder
   */
  public static TestClusterBuilder builder() {
    return new TestClusterBuilder();
  }

  static TestCluster start(Path folder, int servers, int clients)
      throws IOException, TransferException {
    Path files = Files.createDirectories(folder.resolve("files"));
    TestCluster cluster = new TestCluster(TrustDomain.create(folder.resolve("pki")), files);
    try {
      for (int i = 1; i <= servers; i++) {
        cluster.startServer("server-" + i);
      }
      for (int i = 1; i <= clients; i++) {
        cluster.clients.add(cluster.closed(cluster.clientBuilder("client-" + i).connect()));
      }
      return cluster;
    } catch (IOException | TransferException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startServer(String name) throws IOException {
    OutbandServer server =
        OutbandServer.builder()
            .identity(domain.server(name))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control(LOOPBACK, 0)
            .data(LOOPBACK, 0)
            .start();
    servers.add(server);
    closeAtEnd(server::close);
  }

  /**
   * The servers, {@code server-1} first.
   *
   * @return the same at every call; closed with the cluster
   */
  public List<OutbandServer> servers() {
    return List.copyOf(servers);
  }

  /**
   * One server.
   *
   * @param index 0 for {@code server-1}
   * @return the server; closed with the cluster
   */
  public OutbandServer server(int index) {
    return servers.get(index);
  }

  /**
   * The clients that were there from the start, {@code client-1} first. Each knows every server.
   *
   * @return the same at every call; closed with the cluster
   */
  public List<OutbandClient> clients() {
    return List.copyOf(clients);
  }

  /**
   * One client.
   *
   * @param index 0 for {@code client-1}
   * @return the client; closed with the cluster
   */
  public OutbandClient client(int index) {
    return clients.get(index);
  }

  /**
   * Who may speak with whom: issue further identities here, or revoke those that are there.
   *
   * @return the trust domain of this cluster
   */
  public TrustDomain trustDomain() {
    return domain;
  }

  /**
   * A folder for the files of the test, empty at the start.
   *
   * @return its path
   */
  public Path folder() {
    return files;
  }

  /**
   * Exports an object on every server.
   *
   * @param name 1 to 128 letters, digits and {@code . _ - /}
   * @param type the remote interface, whose methods the clients call
   * @param service makes the object of one server
   * @throws IllegalArgumentException if the name is taken or malformed, or the interface cannot be
   *     a remote one
   */
  public <T extends Remote> void export(
      String name, Class<T> type, Function<OutbandServer, ? extends T> service) {
    servers.forEach(server -> server.export(name, type, service.apply(server)));
  }

  /**
   * Puts a proxy in front of a control port or a data port.
   *
   * @param port where it connects to
   * @return the proxy, which passes everything unless it is told otherwise; closed with the cluster
   * @throws IOException if no port can be bound
   */
  public ChaosProxy proxyTo(InetSocketAddress port) throws IOException {
    return closed(ChaosProxy.to(port));
  }

  /**
   * Connects one more client, with an identity of its own. Blocks.
   *
   * @param controlPorts which servers it knows, in this order, each perhaps behind a proxy
   * @return the client; closed with the cluster
   * @throws IOException if its identity cannot be issued or its data port cannot be bound
   * @throws TransferException if no server answers
   */
  public OutbandClient connect(InetSocketAddress... controlPorts)
      throws IOException, TransferException {
    OutbandClientBuilder builder = clientBuilder("further-" + further.incrementAndGet());
    return closed(builder.servers(addresses(List.of(controlPorts))).connect());
  }

  /**
   * Describes one more client, for a test that has wishes of its own: it has an identity that is
   * issued now, and knows every server.
   *
   * @param name of the identity, which is not taken yet
   * @return the builder; whoever connects the client closes it
   * @throws IOException if the identity cannot be issued
   */
  public OutbandClientBuilder clientBuilder(String name) throws IOException {
    List<InetSocketAddress> ports = servers.stream().map(OutbandServer::controlAddress).toList();
    return OutbandClient.builder().identity(domain.client(name)).servers(addresses(ports));
  }

  private static String[] addresses(List<InetSocketAddress> ports) {
    return ports.stream().map(port -> LOOPBACK + ":" + port.getPort()).toArray(String[]::new);
  }

  private OutbandClient closed(OutbandClient client) {
    closeAtEnd(client::close);
    return client;
  }

  private ChaosProxy closed(ChaosProxy proxy) {
    closeAtEnd(proxy::close);
    return proxy;
  }

  private void closeAtEnd(Runnable close) {
    synchronized (closing) {
      closing.push(close);
    }
  }

  /**
   * Closes proxies, clients and servers, the last one first. Blocks until their threads have ended.
   * Files stay. Idempotent.
   */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Runnable next = nextToClose(); next != null; next = nextToClose()) {
      try {
        next.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Runnable nextToClose() {
    synchronized (closing) {
      return closing.poll();
    }
  }
}
