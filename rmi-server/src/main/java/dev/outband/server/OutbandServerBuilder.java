package dev.outband.server;

import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlPort;
import dev.outband.security.EndpointPolicy;
import dev.outband.security.Identity;
import dev.outband.security.Risk;
import dev.outband.security.RiskException;
import dev.outband.security.Role;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.SelfCheck;
import dev.outband.security.SerialFilters;
import dev.outband.server.cluster.ClusterConfig;
import dev.outband.server.cluster.Membership;
import dev.outband.transport.DataPlane;
import dev.outband.transport.DataPlaneBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Describes a server; {@link #start()} makes it. Not safe for use by several threads. */
public final class OutbandServerBuilder {
  private static final int MAX_PORT = 65_535;
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private final DataPlaneBuilder dataPlane = DataPlane.builder();
  private final List<Endpoint> advertised = new ArrayList<>();
  private final Set<Risk> accepted = EnumSet.noneOf(Risk.class);
  private Identity identity;
  private Protection floor;
  private SecurityPolicy policy;
  private ClusterConfig cluster;
  private Endpoint advertisedControl;
  private Address control;
  private Address data;
  private ControlLimits limits = ControlLimits.defaults();

  private record Address(String what, String host, int port) {
    Address {
      Objects.requireNonNull(host, "host");
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException(what + " port must be 0.." + MAX_PORT + ", not " + port);
      }
    }

    InetSocketAddress resolve() throws IOException {
      try {
        return new InetSocketAddress(InetAddress.getByName(host), port);
      } catch (UnknownHostException e) {
        throw new IOException(what + " port: unknown host " + host, e);
      }
    }
  }

  OutbandServerBuilder() {
    dataPlane.endpointPolicy(new GrantedEndpoints());
  }

  /**
   * Who the server is. Required.
   *
   * @param self a server's identity
   * @return this
   */
  public OutbandServerBuilder identity(Identity self) {
    identity = Objects.requireNonNull(self, "identity");
    return this;
  }

  /**
   * Who may call what. Required, since there is no choice that suits everybody: {@link
   * SecurityPolicy#load} a file, write the rules in the program, or say {@link
   * SecurityPolicy#anyoneInTheTrustDomain()}.
   *
   * @param rules the policy
   * @return this
   */
  public OutbandServerBuilder policy(SecurityPolicy rules) {
    policy = Objects.requireNonNull(rules, "policy");
    return this;
  }

  /**
   * Lets the server start in spite of a risk, which is the application's own from then on. Default:
   * none.
   *
   * @param risk which one
   * @return this
   */
  public OutbandServerBuilder takeChargeOf(Risk risk) {
    accepted.add(Objects.requireNonNull(risk, "risk"));
    return this;
  }

  /**
   * Where the control port listens. Required.
   *
   * @param host the one address to bind, or a name that resolves to it
   * @param port 0 to 65535; 0 picks one
   * @return this
   */
  public OutbandServerBuilder control(String host, int port) {
    control = new Address("control", host, port);
    return this;
  }

  /**
   * Where the data port listens. Default: the control port's host, and a port that is picked.
   *
   * @param host the one address to bind, or a name that resolves to it
   * @param port 0 to 65535; 0 picks one
   * @return this
   */
  public OutbandServerBuilder data(String host, int port) {
    data = new Address("data", host, port);
    return this;
  }

  /**
   * Adds an address under which clients find the data port, where that is not the one that it is
   * bound to; the first one added is tried first. Default: the address of the control connection,
   * then the bound one, both with the bound port.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @return this
   */
  public OutbandServerBuilder advertiseData(String host, int port) {
    advertised.add(new Endpoint(host, port));
    return this;
  }

  /**
   * Makes the server a member of a cluster: it learns of the other server processes, and clients
   * that know one of them know all. Default: it is in none, and no class of a cluster is loaded.
   *
   * @param membership how it finds the others
   * @return this
   */
  public OutbandServerBuilder cluster(ClusterConfig membership) {
    cluster = Objects.requireNonNull(membership, "cluster");
    return this;
  }

  /**
   * The address under which clients of the cluster find the control port, which the certificate
   * must be for. Default: the host that the control port was given, and the port that it is bound
   * to.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @return this
   */
  public OutbandServerBuilder advertiseControl(String host, int port) {
    advertisedControl = new Endpoint(host, port);
    return this;
  }

  /**
   * The deadlines and bounds of the control port. Default: {@link ControlLimits#defaults()}.
   *
   * @param bounds the limits
   * @return this
   */
  public OutbandServerBuilder controlLimits(ControlLimits bounds) {
    limits = Objects.requireNonNull(bounds, "controlLimits");
    return this;
  }

  /**
   * Which endpoints the server dials, whatever the policy's rules say about callback addresses.
   * Default: what the rule of the running call says.
   *
   * @param endpoints the policy
   * @return this
   */
  public OutbandServerBuilder endpointPolicy(EndpointPolicy endpoints) {
    dataPlane.endpointPolicy(endpoints);
    return this;
  }

  /**
   * The least protection with which this server sends or takes bytes, whatever the policy's rules
   * say: the higher floor counts. Default: what the rule of the running call says; {@link
   * Protection#PRIVACY} where the policy is {@link SecurityPolicy#anyoneInTheTrustDomain()}, and
   * outside of calls.
   *
   * @param least the floor
   * @return this
   */
  public OutbandServerBuilder floor(Protection least) {
    floor = Objects.requireNonNull(least, "floor");
    return this;
  }

  /**
   * Over how many data connections beside each other an object may come into one reception of this
   * server, or go from it for one call, a stripe of it over each: two make one large object about a
   * fifth faster where both ends have cores to spare. The sender decides: it takes what the
   * receiver offers, if that is no more than it allows itself, for an object of 16 MiB or more that
   * it can read from the middle, while it has fewer transfers than cores; the sink must be a file
   * or {@link dev.outband.transport.Sink#discard}. Any other object goes whole. Default: 2.
   *
   * @param most 1, so that each goes whole, to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public OutbandServerBuilder streams(int most) {
    dataPlane.streams(most);
    return this;
  }

  /**
   * How long the opening of a data connection may take. Default: 45 s.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public OutbandServerBuilder openingDeadline(Duration deadline) {
    dataPlane.openingDeadline(deadline);
    return this;
  }

  /**
   * How long a transfer may go without moving a byte. Default: 30 s.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public OutbandServerBuilder idleDeadline(Duration deadline) {
    dataPlane.idleDeadline(deadline);
    return this;
  }

  /**
   * Whether native AES-256-GCM may be used, if the Amazon Corretto Crypto Provider is on the class
   * path: twice as fast as the JDK's before JDK 18, and with less garbage on each. It takes half a
   * second of a core to load, in the background, when the first object of 1 MiB or more, or the
   * first 16 MiB, begin; JDK 24 and later warn of it without {@code
   * --enable-native-access=ALL-UNNAMED}. Default: true.
   *
   * @param allowed whether it may
   * @return this
   */
  public OutbandServerBuilder nativeAes(boolean allowed) {
    dataPlane.nativeAes(allowed);
    return this;
  }

  /**
   * How long a stub of this server may wait to be opened. Default: 2 min.
   *
   * @param lifetime 1 ms to 1 day
   * @return this
   */
  public OutbandServerBuilder ticketLifetime(Duration lifetime) {
    dataPlane.ticketLifetime(lifetime);
    return this;
  }

  /**
   * Binds both ports and starts to serve, with nothing exported yet.
   *
   * @return the server, to be closed by the caller
   * @throws RiskException if the JVM was started in a way, or an address was chosen, that undoes
   *     what Outband promises, and {@link #takeChargeOf} does not name it
   * @throws IOException if a port cannot be bound, or another member uses the identity; the message
   *     names host, port and reason
   * @throws IllegalArgumentException if a setting is missing or out of its bounds; the message
   *     names it
   * @throws dev.outband.security.SerialFilterException if the JVM's deserialization cannot be
   *     guarded, see {@link SerialFilters#installJvmWide()}
   */
  public OutbandServer start() throws IOException {
    checkRequired();
    SelfCheck.requireSafeJvm(accepted);
    SerialFilters.installJvmWide();
    InetSocketAddress bind = control.resolve();
    SelfCheck.requireOneAddress(accepted, "control", bind);
    ControlPort controlPort = ControlPort.open(identity, bind, limits);
    DataPlane plane = null;
    ClusterPart part = ClusterPart.none();
    try {
      plane = startDataPlane(controlPort);
      part = joinCluster(controlPort, plane);
      return new OutbandServer(
          identity,
          policy,
          floor == null ? Protection.PRIVACY : floor,
          new Ports(controlPort, plane, part));
    } catch (IOException | RuntimeException e) {
      part.close();
      controlPort.close();
      if (plane != null) {
        plane.close();
      }
      throw e;
    }
  }

  private DataPlane startDataPlane(ControlPort controlPort) throws IOException {
    Address bind = data == null ? new Address("data", control.host(), 0) : data;
    dataPlane.floor(floor == null ? policy.leastFloor() : floor);
    InetSocketAddress address = bind.resolve();
    SelfCheck.requireOneAddress(accepted, "data", address);
    dataPlane.bind(address).name("outband-server-" + controlPort.address().getPort());
    if (!advertised.isEmpty()) {
      dataPlane.advertise(advertised);
    }
    DataPlane plane = dataPlane.start();
    plane.warmUp();
    return plane;
  }

  private ClusterPart joinCluster(ControlPort controlPort, DataPlane plane) throws IOException {
    if (cluster == null) {
      return ClusterPart.none();
    }
    Endpoint here =
        advertisedControl != null
            ? advertisedControl
            : new Endpoint(control.host(), controlPort.address().getPort());
    Endpoint bytes =
        advertised.isEmpty()
            ? new Endpoint(plane.address().getAddress().getHostAddress(), plane.address().getPort())
            : advertised.get(0);
    return ClusterPart.of(Membership.start(cluster, control.host(), identity), here, bytes);
  }

  private void checkRequired() {
    if (identity == null) {
      throw new IllegalArgumentException("identity must be set");
    }
    if (identity.principal().role() != Role.SERVER) {
      throw new IllegalArgumentException(
          "identity must be a server's, not " + identity.principal());
    }
    if (policy == null) {
      throw new IllegalArgumentException(
          "policy must be set: SecurityPolicy.load(file), or .anyoneInTheTrustDomain()");
    }
    if (control == null) {
      throw new IllegalArgumentException(
          "control must be set: the address at which the server listens");
    }
    if (cluster != null) {
      checkAdvertised();
    }
  }

  private void checkAdvertised() {
    if (advertisedControl == null && WILDCARDS.contains(control.host())) {
      throw new IllegalArgumentException(
          "advertiseControl must be set: control listens on all addresses, and other members need"
              + " one");
    }
    if (advertised.isEmpty() && data != null && WILDCARDS.contains(data.host())) {
      throw new IllegalArgumentException(
          "advertiseData must be set: data listens on all addresses, and other members need one");
    }
  }
}
