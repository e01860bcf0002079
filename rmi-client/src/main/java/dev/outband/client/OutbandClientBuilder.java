package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.security.ControlLimits;
import dev.outband.security.EndpointPolicy;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.PeerRefusedException.Reason;
import dev.outband.security.SerialFilters;
import dev.outband.transport.DataPlane;
import dev.outband.transport.DataPlaneBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Describes a client; {@link #connect()} makes it. Not safe for use by several threads. */
public final class OutbandClientBuilder {
  private static final int MAX_PORT = 65_535;
  private static final Duration LONGEST = Duration.ofDays(1);

  private final DataPlaneBuilder dataPlane = DataPlane.builder();
  private final List<Endpoint> advertised = new ArrayList<>();
  private List<ServerAddress> servers = List.of();
  private Identity identity;
  private String dataHost;
  private int dataPort;
  private ControlLimits limits = ControlLimits.defaults();
  private RetryPolicy retryPolicy = RetryPolicy.defaults();
  private Balance balance = Balance.LEAST_LOADED;
  private Duration failoverDeadline = Duration.ofSeconds(60);
  private Duration keptAlive = Duration.ofSeconds(60);

  OutbandClientBuilder() {
    dataPlane.inbandBytes(ReceptionStub.MAX_INBAND_BYTES);
  }

  /**
   * Who the client is. Required.
   *
   * @param self an identity
   * @return this
   */
  public OutbandClientBuilder identity(Identity self) {
    identity = Objects.requireNonNull(self, "identity");
    return this;
  }

  /**
   * Which servers to try, in this order. One that answers is enough; if it is in a cluster, the
   * client learns of the others. Required.
   *
   * <p>These are dialed wherever they are. What a server lists besides them is dialed at ports from
   * 1024, and not at loopback (unless the server that lists it is there), link-local, multicast,
   * reserved or metadata addresses; a member elsewhere must be named here.
   *
   * @param addresses each {@code host:port} of a control port, an IPv6 address in brackets
   * @return this
   * @throws IllegalArgumentException if one has another form
   */
  public OutbandClientBuilder servers(String... addresses) {
    servers = List.of(addresses).stream().map(ServerAddress::parse).toList();
    return this;
  }

  /**
   * Where the data port listens. Default: the address that this machine has on the control
   * connection, and a port that is picked.
   *
   * @param host the one address to bind, or a name that resolves to it
   * @param port 0 to 65535; 0 picks one
   * @return this
   */
  public OutbandClientBuilder data(String host, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("data port must be 0.." + MAX_PORT + ", not " + port);
    }
    dataHost = Objects.requireNonNull(host, "host");
    dataPort = port;
    return this;
  }

  /**
   * Adds an address under which the server finds the data port, where that is not the one that it
   * is bound to; the first one added is tried first. Default: the address that the server observes,
   * then the bound one, both with the bound port.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @return this
   */
  public OutbandClientBuilder advertise(String host, int port) {
    advertised.add(new Endpoint(host, port));
    return this;
  }

  /**
   * Which of several servers a call goes to. Default: {@link Balance#LEAST_LOADED}.
   *
   * @param rule the rule
   * @return this
   */
  public OutbandClientBuilder balance(Balance rule) {
    balance = Objects.requireNonNull(rule, "balance");
    return this;
  }

  /**
   * After which a call that has failed is tried at no other server; one that runs then has its own
   * deadlines. Default: 60 s.
   *
   * @param deadline 0 to 1 day; 0 to ask one server only
   * @return this
   */
  public OutbandClientBuilder failoverDeadline(Duration deadline) {
    if (deadline.isNegative() || deadline.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("failoverDeadline must be 0..1 day, not " + deadline);
    }
    failoverDeadline = deadline;
    return this;
  }

  /**
   * The deadlines of the control connections. Default: {@link ControlLimits#defaults()}.
   *
   * @param bounds the limits
   * @return this
   */
  public OutbandClientBuilder controlLimits(ControlLimits bounds) {
    limits = Objects.requireNonNull(bounds, "controlLimits");
    return this;
  }

  /**
   * For how long after a call, as a rule, its control connection is kept for the next one, which
   * takes a TLS handshake otherwise. RMI by itself ends a connection that nobody has used for 15 to
   * 30 s, so the client asks the server something every 10 s meanwhile, as long as no call runs
   * there. One connection to each server is kept, however many calls ran beside each other. Has no
   * effect where a server's read timeout is shorter than that. Default: 60 s.
   *
   * @param duration 0, to have it end as RMI does, to 1 day; less than 15 s has little effect
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public OutbandClientBuilder keepAlive(Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("keepAlive must be 0..1 day, not " + duration);
    }
    keptAlive = duration;
    return this;
  }

  /**
   * How often {@link OutbandClient#receive} makes its call again. Default: {@link
   * RetryPolicy#defaults()}.
   *
   * @param policy the bounds
   * @return this
   */
  public OutbandClientBuilder retryPolicy(RetryPolicy policy) {
    retryPolicy = Objects.requireNonNull(policy, "retryPolicy");
    return this;
  }

  /**
   * Which endpoints the client dials. Default: {@link EndpointPolicy#callerOnly()}, which here
   * means the server's own address.
   *
   * @param policy the policy
   * @return this
   */
  public OutbandClientBuilder endpointPolicy(EndpointPolicy policy) {
    dataPlane.endpointPolicy(policy);
    return this;
  }

  /**
   * The least protection with which this client sends or takes bytes. Default: {@link
   * Protection#PRIVACY}. A transfer goes in clear only where the floors of both ends and of the
   * reception are {@link Protection#AUTHENTICATION}.
   *
   * @param least the floor
   * @return this
   */
  public OutbandClientBuilder floor(Protection least) {
    dataPlane.floor(least);
    return this;
  }

  /**
   * Up to how many bytes of an object come with the reply itself, where a remote method passes a
   * reception and answers with a {@link dev.outband.api.Confirmation}; such an object needs one
   * round trip and no data connection. More than 8 KiB are in the client's memory at once, so no
   * more than an eighth of its heap is for those that it waits for (further ones are of 64 KiB, or
   * 8 KiB, at most); longer objects take a data connection. So does what a server sends to a caller
   * whose rate, or bytes in all, it limits. Default: {@value
   * dev.outband.api.ReceptionStub#MAX_INBAND_BYTES}.
   *
   * @param bytes 0, for none, to {@value dev.outband.api.ReceptionStub#MAX_INBAND_BYTES}
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public OutbandClientBuilder inbandBytes(int bytes) {
    dataPlane.inbandBytes(bytes);
    return this;
  }

  /**
   * Over how many data connections beside each other an object may come into one reception of this
   * client, or go from it for one call, a stripe of it over each: two make one large object about a
   * fifth faster where both ends have cores to spare. The sender decides: it takes what the
   * receiver offers, if that is no more than it allows itself, for an object of 16 MiB or more that
   * it can read from the middle, while it has fewer transfers than cores; the sink must be a file
   * or {@link dev.outband.transport.Sink#discard}. Any other object goes whole. Default: 2.
   *
   * @param most 1, so that each goes whole, to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public OutbandClientBuilder streams(int most) {
    dataPlane.streams(most);
    return this;
  }

  /**
   * How long the opening of a data connection may take. Default: 45 s.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public OutbandClientBuilder openingDeadline(Duration deadline) {
    dataPlane.openingDeadline(deadline);
    return this;
  }

  /**
   * How long a transfer may go without moving a byte. Default: 30 s.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public OutbandClientBuilder idleDeadline(Duration deadline) {
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
  public OutbandClientBuilder nativeAes(boolean allowed) {
    dataPlane.nativeAes(allowed);
    return this;
  }

  /**
   * How long a stub of this client may wait to be opened. Default: 2 min.
   *
   * @param lifetime 1 ms to 1 day
   * @return this
   */
  public OutbandClientBuilder ticketLifetime(Duration lifetime) {
    dataPlane.ticketLifetime(lifetime);
    return this;
  }

  /**
   * Tries the servers in order until one answers, and opens the data port. Blocks.
   *
   * @return the client, to be closed by the caller
   * @throws PeerRefusedException if no server answered and the first refusal was over a
   *     certificate, at either end
   * @throws TransferException {@link Code#UNREACHABLE} with each server and its reason if no server
   *     answered
   * @throws IOException if the data port cannot be bound; the message names it
   * @throws IllegalArgumentException if a setting is missing or out of its bounds; the message
   *     names it
   * @throws dev.outband.security.SerialFilterException if the JVM's deserialization cannot be
   *     guarded, see {@link SerialFilters#installJvmWide()}
   */
  public OutbandClient connect() throws TransferException, IOException {
    checkRequired();
    SerialFilters.installJvmWide();
    StandingWatch standing =
        StandingWatch.start(
            identity, "outband-client-" + identity.principal().name() + "-standing");
    ServerPool pool = new ServerPool(servers, balance, connector(standing, limits));
    try {
      ServerConnection first = firstThatAnswers(pool, connector(standing, limits));
      pool.update(first.directory().members(), first.remoteAddress());
      dataPlane.bind(dataAddress(first)).name("outband-client-" + identity.principal().name());
      if (!advertised.isEmpty()) {
        dataPlane.advertise(advertised);
      }
      DataPlane started = dataPlane.start();
      KnownServers known =
          new KnownServers(
              pool, watch(pool, standing), standing, keepAlive(pool), first.toString());
      return new OutbandClient(known, started, failoverDeadline, retryPolicy);
    } catch (IOException | TransferException | RuntimeException e) {
      standing.close();
      pool.close();
      throw e;
    }
  }

  /** Nobody to keep a list of if there is one server in no cluster. */
  private Optional<MemberWatch> watch(ServerPool pool, StandingWatch standing) {
    if (!pool.isPlural()) {
      return Optional.empty();
    }
    ControlLimits patient = limits.withReadTimeout(MemberWatch.ROUND.plus(MemberWatch.PATIENCE));
    return Optional.of(
        MemberWatch.start(
            pool,
            connector(standing, patient),
            "outband-client-" + identity.principal().name() + "-members"));
  }

  private KeepAlive keepAlive(ServerPool pool) {
    return KeepAlive.start(
        pool,
        KeepAlive.INTERVAL,
        keptAlive,
        "outband-client-" + identity.principal().name() + "-keep-alive");
  }

  private Server.Connector connector(StandingWatch standing, ControlLimits bounds) {
    return (address, lead) ->
        standing.watched(ServerConnection.open(identity, address, bounds, lead));
  }

  private ServerConnection firstThatAnswers(ServerPool pool, Server.Connector connector)
      throws TransferException, PeerRefusedException {
    List<String> reasons = new ArrayList<>();
    PeerRefusedException refusal = null;
    for (ServerAddress address : servers) {
      try {
        ServerConnection connection = connector.connect(address, Lead.given());
        pool.at(address).adopt(connection);
        return connection;
      } catch (PeerRefusedException e) {
        // What speaks no TLS is no server, and has refused nobody.
        refusal = refusal == null && e.reason() != Reason.PROTOCOL ? e : refusal;
        reasons.add(address + ": " + e.getMessage());
      } catch (IOException e) {
        reasons.add(address + ": " + CallFailure.reason(e));
      }
      pool.at(address).avoid();
    }
    if (refusal != null) {
      throw refusal;
    }
    throw new TransferException(
        Code.UNREACHABLE, "no server answered: " + String.join("; ", reasons));
  }

  private InetSocketAddress dataAddress(ServerConnection server) throws IOException {
    if (dataHost == null) {
      return new InetSocketAddress(server.localAddress(), 0);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(dataHost), dataPort);
    } catch (UnknownHostException e) {
      throw new IOException("data port: unknown host " + dataHost, e);
    }
  }

  private void checkRequired() {
    if (identity == null) {
      throw new IllegalArgumentException("identity must be set");
    }
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers must be set: at least one host:port");
    }
  }
}
