package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.api.Protection;
import dev.outband.security.Caller;
import dev.outband.security.ControlPort;
import dev.outband.security.Identity;
import dev.outband.security.Principal;
import dev.outband.security.SecurityPolicy;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Receptions;
import dev.outband.transport.Transmitter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.rmi.Remote;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process: one control port, on which clients of the trust domain call exported objects by
 * RMI over TLS, and one data port, beside it, for the bytes.
 *
 * <pre>{@code
 * try (OutbandServer server = OutbandServer.builder()
 *     .identity(Identity.load(Path.of("pki/server-1")))
 *     .policy(SecurityPolicy.load(Path.of("policy.toml")))
 *     .control("10.0.0.5", 7099)
 *     .data("10.0.0.5", 7098)
 *     .start()) {
 *   server.export("archive", Archive.class, new ArchiveService(server.transmitter(), server.receptions()));
 *   ...
 * }
 * }</pre>
 *
 * <p>Whoever starts a server closes it. Safe for use by several threads.
 */
public final class OutbandServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutbandServer.class);

  /** In which clients of a cluster learn that a member has withdrawn. */
  private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

  private final Principal principal;
  private final ControlPort controlPort;
  private final DataPlane dataPlane;
  private final ClusterPart cluster;
  private final Exports exports;
  private final Door door;
  private final Transmitter transmitter;
  private final Receptions receptions;

  OutbandServer(Identity identity, SecurityPolicy policy, Protection floorElsewhere, Ports ports)
      throws IOException {
    this.principal = identity.principal();
    this.controlPort = ports.control();
    this.dataPlane = ports.data();
    this.cluster = ports.cluster();
    this.exports = new Exports(controlPort, Gate.of(identity, policy), cluster.view());
    RunningTransfers running = new RunningTransfers(identity);
    this.door =
        Door.open(
            controlPort,
            exports,
            () -> {
              policy.refresh();
              identity.refresh();
              running.endOutlawed();
            });
    Accounts accounts = new Accounts(running);
    this.transmitter =
        new GrantedTransmitter(
            dataPlane.transmitter(() -> List.of(Caller.current().address().getAddress())),
            accounts);
    this.receptions = new GrantedReceptions(dataPlane.receptions(), accounts, floorElsewhere);
    LOG.info("policy: {}", policy);
    cluster.announce(this::services, () -> dataPlane.running() + exports.calls().running());
  }

  /**
   * Starts to describe a server.
   *
   * @return a builder
   */
  public static OutbandServerBuilder builder() {
    return new OutbandServerBuilder();
  }

  /**
   * Makes an object available to clients under a name. As {@link #export(String, Class, Remote,
   * Collection)} with no extra classes.
   *
   * @param name 1 to 128 letters, digits and {@code . _ - /}
   * @param type the remote interface, whose methods the clients call
   * @param object its implementation; called by several threads at once; held until it is
   *     unexported
   * @throws IllegalArgumentException if the name is taken or malformed, or the interface cannot be
   *     a remote one
   */
  public <T extends Remote> void export(String name, Class<T> type, T object) {
    export(name, type, object, List.of());
  }

  /**
   * Makes an object available to clients under a name.
   *
   * <p>Arguments are deserialized only from the classes that the interface's signatures name, see
   * {@link dev.outband.security.SerialFilters}. What the object throws arrives at the client if its
   * method declares it, with its message and without stack; any other exception is logged here and
   * arrives as {@link Code#INTERNAL} without its cause.
   *
   * @param name 1 to 128 letters, digits and {@code . _ - /}
   * @param type the remote interface, whose methods the clients call
   * @param object its implementation; called by several threads at once; held until it is
   *     unexported
   * @param extra classes that arguments may consist of, too; serializable, and never a stub
   * @throws IllegalArgumentException if the name is taken or malformed, or the interface cannot be
   *     a remote one
   */
  public <T extends Remote> void export(
      String name, Class<T> type, T object, Collection<Class<?>> extra) {
    exports.export(name, type, object, extra);
    cluster.refresh();
    LOG.info("exported, name={}, type={}", name, type.getName());
  }

  /**
   * Takes an object away. Calls that run go on; later ones find nothing. Does nothing if there is
   * no such name.
   *
   * @param name what it was exported under
   */
  public void unexport(String name) {
    exports.unexport(name);
    cluster.refresh();
  }

  /**
   * What sends to the process that makes the running remote call, within what the policy grants
   * that call; use it on the thread of the call.
   *
   * @return the same at every call
   */
  public Transmitter transmitter() {
    return transmitter;
  }

  /**
   * Where this process allocates receptions, to be returned from remote calls. On the thread of a
   * call, what the policy grants it counts; elsewhere there is no rule, and the floor is that of
   * the builder.
   *
   * @return the same at every call
   */
  public Receptions receptions() {
    return receptions;
  }

  /**
   * Where the control port listens.
   *
   * @return the bound address
   */
  public InetSocketAddress controlAddress() {
    return controlPort.address();
  }

  /**
   * Where the data port listens.
   *
   * @return the bound address
   */
  public InetSocketAddress dataAddress() {
    return dataPlane.address();
  }

  /**
   * Where the member port listens.
   *
   * @return the bound address; empty if the server is in no cluster
   */
  public Optional<InetSocketAddress> clusterAddress() {
    return cluster.address();
  }

  /**
   * The server processes of the cluster, with their loads, as clients see them in the directory.
   * Does not block.
   *
   * @return the members whose records were verified; none if the server is in no cluster
   */
  public Members members() {
    return cluster.view().members();
  }

  /**
   * Who this server is.
   *
   * @return the principal in its certificate
   */
  public Principal principal() {
    return principal;
  }

  /**
   * Withdraws the member's record and refuses new transfers with {@link Code#SHUTTING_DOWN} from
   * now on, both of which send clients elsewhere, and waits for those that run. Calls are still
   * answered. Blocks.
   *
   * @param limit how long to wait; in a cluster some seconds more where Hazelcast does not answer
   * @return whether all transfers have ended
   * @throws InterruptedException if the thread is interrupted; new transfers stay refused
   */
  public boolean drain(Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    dataPlane.refuse();
    cluster.withdraw();
    boolean isDrained = dataPlane.drain(Duration.ofNanos(endNs - System.nanoTime()));
    if (cluster.address().isPresent()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(LINGER_NS, endNs - System.nanoTime()));
    }
    return exports.calls().awaitNone(Duration.ofNanos(endNs - System.nanoTime())) && isDrained;
  }

  /**
   * Ends what runs, gives both ports free, and takes every object away. Blocks until that is done.
   * Idempotent.
   */
  @Override
  public void close() {
    try {
      cluster.close();
    } finally {
      closeOwn();
    }
  }

  private void closeOwn() {
    door.close();
    exports.close();
    try {
      controlPort.close();
    } catch (IOException e) {
      LOG.warn("control port did not close cleanly, address={}", controlPort.address(), e);
    } finally {
      dataPlane.close();
    }
  }

  private List<String> services() {
    return exports.exported().stream().limit(Member.MAX_SERVICES).toList();
  }

  /** Returns the principal and the two addresses. */
  @Override
  public String toString() {
    return "OutbandServer["
        + principal
        + ", control="
        + controlAddress()
        + ", data="
        + dataAddress()
        + "]";
  }
}
