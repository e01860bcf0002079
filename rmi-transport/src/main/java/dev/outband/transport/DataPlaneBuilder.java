package dev.outband.transport;

import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.security.EndpointPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Describes a data plane; {@link #start()} makes it. Not safe for use by several threads. */
public final class DataPlaneBuilder {

  static final int MAX_LOOPS = 8;

  private static final Duration MAX_DEADLINE = Duration.ofDays(1);
  private static final int MAX_RECEPTIONS = 1 << 20;
  private static final int MAX_UNPROVEN = 1024;
  private static final int MAX_WARM = 256;
  private static final int MAX_WARM_FOR_ADDRESS = 8;
  static final int SEGMENT_BYTES = 256 * 1024;
  private static final Duration HELLO = Duration.ofSeconds(3);
  private static final Duration OPEN = Duration.ofSeconds(7);
  private static final Duration LINGER = Duration.ofSeconds(1);

  private String name = "outband";
  private InetSocketAddress bind;
  private List<Endpoint> advertise = List.of();
  private EndpointPolicy endpointPolicy;
  private Protection floor = Protection.PRIVACY;
  private Duration openingDeadline = Duration.ofSeconds(45);
  private Duration idleDeadline = Duration.ofSeconds(30);
  private Duration receiptDeadline = Duration.ofMinutes(5);
  private Duration ticketLifetime = Duration.ofMinutes(2);
  private Duration reopenDeadline = Duration.ofSeconds(3);
  private Duration transferDeadline = Duration.ofDays(1);
  private boolean nativeAes = true;
  private Duration warmDeadline = Duration.ofSeconds(20);
  private int maxReceptions = 16_384;
  private int inbandBytes;
  private int streams = 2;

  DataPlaneBuilder() {}

  /**
   * Up to how many bytes this process takes with the reply to a call, where {@link
   * DataPlane#offerInband} offers that. Default: 0, none.
   *
   * @param bytes 0 to {@value ReceptionStub#MAX_INBAND_BYTES}
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public DataPlaneBuilder inbandBytes(int bytes) {
    if (bytes < 0 || bytes > ReceptionStub.MAX_INBAND_BYTES) {
      throw new IllegalArgumentException(
          "inbandBytes must be 0.." + ReceptionStub.MAX_INBAND_BYTES + ", not " + bytes);
    }
    inbandBytes = bytes;
    return this;
  }

  /**
   * Over how many data connections beside each other an object may come into one reception of this
   * process, or go into one of another's, a stripe of it over each. The transmitter decides: it
   * takes what the receiver offers, if that is no more than this, for an object of 16 MiB or more,
   * while it has fewer transmissions than cores; it must be able to read from the middle, and the
   * sink to write there: a file, or {@link Sink#discard}. Default: 2.
   *
   * @param most 1, so that each goes whole, to {@value Ticket#MAX_STREAMS}
   * @return this
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public DataPlaneBuilder streams(int most) {
    if (most < 1 || most > Ticket.MAX_STREAMS) {
      throw new IllegalArgumentException(
          "streams must be 1.." + Ticket.MAX_STREAMS + ", not " + most);
    }
    streams = most;
    return this;
  }

  /**
   * Where the data port listens. Required.
   *
   * @param address resolved; port 0 picks one
   * @return this
   */
  public DataPlaneBuilder bind(InetSocketAddress address) {
    bind = Objects.requireNonNull(address, "address");
    return this;
  }

  /**
   * What the stubs of this process advertise. Default: the address that the other end observes,
   * then the bound address unless that is a wildcard, both with the bound port.
   *
   * @param endpoints the candidates, best first, 1 to {@value ReceptionStub#MAX_ENDPOINTS}
   * @return this
   */
  public DataPlaneBuilder advertise(List<Endpoint> endpoints) {
    advertise = List.copyOf(endpoints);
    return this;
  }

  /**
   * Which endpoints this process dials. Default: {@link EndpointPolicy#callerOnly()}.
   *
   * @param policy the policy
   * @return this
   */
  public DataPlaneBuilder endpointPolicy(EndpointPolicy policy) {
    endpointPolicy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * The least protection with which this process sends or takes bytes. Default: {@link
   * Protection#PRIVACY}. A transfer goes in clear only where the floors of both ends and of the
   * reception are {@link Protection#AUTHENTICATION}.
   *
   * @param least the floor
   * @return this
   */
  public DataPlaneBuilder floor(Protection least) {
    floor = Objects.requireNonNull(least, "least");
    return this;
  }

  /**
   * What the names of this data plane's threads start with. Default: {@code outband}.
   *
   * @param prefix the prefix
   * @return this
   */
  public DataPlaneBuilder name(String prefix) {
    name = Objects.requireNonNull(prefix, "prefix");
    return this;
  }

  /**
   * How long the opening of a data connection may take, from dialing until both ends are proven.
   * Default: 45 s. A listener that is dialed waits as long for each of the dialer's two words; once
   * more than half of the unproven connections that it admits are there, 3 s for the first and 7 s
   * for the second, or this long if that is less.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public DataPlaneBuilder openingDeadline(Duration deadline) {
    openingDeadline = deadline;
    return this;
  }

  /**
   * How long a transfer may go without moving a byte. Default: 30 s.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public DataPlaneBuilder idleDeadline(Duration deadline) {
    idleDeadline = deadline;
    return this;
  }

  /**
   * Whether native AES-256-GCM may be used, if the Amazon Corretto Crypto Provider is on the class
   * path: twice as fast as the JDK's before JDK 18, and with less garbage on each. It is loaded in
   * the background when the first object of 1 MiB or more, or of unknown length, or the first 16
   * MiB begin, which takes half a second of a core once in a process: not worth it for one that
   * ends soon. JDK 24 and later warn of it without {@code --enable-native-access=ALL-UNNAMED}.
   * Default: true.
   *
   * @param allowed whether it may
   * @return this
   */
  public DataPlaneBuilder nativeAes(boolean allowed) {
    nativeAes = allowed;
    return this;
  }

  /**
   * How long the receiver may take to make the bytes its own, as to force a file to disk. Default:
   * 5 min.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public DataPlaneBuilder receiptDeadline(Duration deadline) {
    receiptDeadline = deadline;
    return this;
  }

  /**
   * How long a stub of this process may wait to be opened. Default: 2 min.
   *
   * @param lifetime 1 ms to 1 day
   * @return this
   */
  public DataPlaneBuilder ticketLifetime(Duration lifetime) {
    ticketLifetime = lifetime;
    return this;
  }

  /**
   * How long a transfer that lost its connection may wait for another one. The transmitter dials
   * again, and the receiver has it continue behind what it has verified; both ends must allow it. A
   * connection that the listener ends before its first word is dialed once more, too. Default: 3 s.
   *
   * @param deadline 1 ms to 1 day, or zero to end a transfer with its connection, however early
   *     that ends
   * @return this
   */
  public DataPlaneBuilder reopenDeadline(Duration deadline) {
    reopenDeadline = deadline;
    return this;
  }

  /**
   * How long a transfer may take in all. Default: 1 day.
   *
   * @param deadline 1 ms to 1 day
   * @return this
   */
  public DataPlaneBuilder transferDeadline(Duration deadline) {
    transferDeadline = deadline;
    return this;
  }

  /**
   * How long a data connection is kept after a transfer with a good receipt, for the next one
   * between the same two processes, which opens it anew under keys of its own. A connection that
   * this process dialed waits this long, one that it accepted half as long again. At most {@value
   * #MAX_WARM_FOR_ADDRESS} to one address and {@value #MAX_WARM} in all are kept, and as many
   * accepted ones. Default: 20 s.
   *
   * @param deadline 1 ms to 1 day, or zero to end every connection with its transfer
   * @return this
   */
  public DataPlaneBuilder warmDeadline(Duration deadline) {
    warmDeadline = deadline;
    return this;
  }

  /**
   * How many receptions, waiting and running, this process has at once. Default: 16384.
   *
   * @param most 1 to 1048576
   * @return this
   */
  public DataPlaneBuilder maxReceptions(int most) {
    maxReceptions = most;
    return this;
  }

  /**
   * Binds the data port and starts the threads.
   *
   * @return the data plane, to be closed by the caller
   * @throws IOException if the port cannot be bound; the message names it
   * @throws IllegalArgumentException if a setting is out of its bounds; the message names it
   */
  public DataPlane start() throws IOException {
    return start(System::nanoTime);
  }

  /** As {@link #start()}, by another clock. */
  DataPlane start(LongSupplier clockNs) throws IOException {
    Objects.requireNonNull(bind, "bind");
    if (bind.isUnresolved()) {
      throw new IOException("the data port's host is unknown: " + bind.getHostString());
    }
    EndpointPolicy policy = endpointPolicy == null ? EndpointPolicy.callerOnly() : endpointPolicy;
    if (advertise.size() > ReceptionStub.MAX_ENDPOINTS) {
      throw new IllegalArgumentException(
          "advertised endpoints must be at most "
              + ReceptionStub.MAX_ENDPOINTS
              + ", not "
              + advertise.size());
    }
    if (maxReceptions < 1 || maxReceptions > MAX_RECEPTIONS) {
      throw new IllegalArgumentException(
          "maxReceptions must be 1.." + MAX_RECEPTIONS + ", not " + maxReceptions);
    }
    Settings.Deadlines deadlines =
        new Settings.Deadlines(
            HELLO.toNanos(),
            OPEN.toNanos(),
            ns("openingDeadline", openingDeadline),
            ns("idleDeadline", idleDeadline),
            ns("receiptDeadline", receiptDeadline),
            ns("ticketLifetime", ticketLifetime),
            reopenDeadline.isZero() ? 0 : ns("reopenDeadline", reopenDeadline),
            ns("transferDeadline", transferDeadline),
            warmDeadline.isZero() ? 0 : ns("warmDeadline", warmDeadline),
            LINGER.toNanos());
    return bound(
        new Settings(
            name,
            bind,
            advertise,
            policy,
            floor,
            deadlines,
            maxReceptions,
            MAX_UNPROVEN,
            MAX_WARM,
            MAX_WARM_FOR_ADDRESS,
            SEGMENT_BYTES,
            inbandBytes,
            streams,
            nativeAes),
        clockNs);
  }

  private static DataPlane bound(Settings settings, LongSupplier clockNs) throws IOException {
    try {
      return new DataPlane(settings, clockNs);
    } catch (java.net.BindException e) {
      String where = settings.bind().getHostString() + ":" + settings.bind().getPort();
      java.net.BindException named =
          new java.net.BindException(
              "the data port " + where + " cannot be bound: " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private static long ns(String name, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(MAX_DEADLINE) > 0) {
      throw new IllegalArgumentException(
          name + " must be PT0.001S.." + MAX_DEADLINE + ", not " + value);
    }
    return value.toNanos();
  }
}
