package dev.outband.security;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.rmi.server.RMIClientSocketFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSocket;

/**
 * A client's way to one server: dials the one host and port that it was made for, as one identity,
 * whatever address RMI asks for. What its user named is dialed wherever it is; what a server lists
 * as a member's, only where a callback might go, too.
 *
 * <p>It is not serializable and never crosses the wire, and it equals nothing but itself, so RMI
 * never shares a connection between two clients of one JVM. It dials only inside a {@link
 * CallScope}: RMI's own distributed garbage collector, which calls outside of one, gets no
 * connection.
 *
 * <p>A connection that it returns is proven: the server has the name that was dialed, its
 * certificate is a server's of the trust domain, and it has said that it accepts this client. Safe
 * for use by several threads.
 */
public final class ControlSocketFactory implements RMIClientSocketFactory, AutoCloseable {
  private final Identity identity;
  private final String host;
  private final int port;
  private final ControlLimits limits;
  private final Targets targets;

  /** The one process to meet; null if any server of the host's name will do. */
  private volatile Pin pin;

  private final Watchdog watchdog;
  private volatile Route route;
  private volatile boolean closed;

  /** The two ends of the last connection. */
  private record Route(
      InetAddress local,
      InetAddress remote,
      Identity.Peer peer,
      X509Certificate own,
      long sinceNs) {}

  /** What to connect to, in this order; found out anew for each connection. */
  @FunctionalInterface
  private interface Targets {
    List<InetSocketAddress> find() throws IOException, TransferException;
  }

  /**
   * Makes the factory for a server that the user named; nothing is dialed yet.
   *
   * @param identity who dials
   * @param host the server's name or address, which its certificate must be for
   * @param port its control port
   * @param limits deadlines
   */
  public ControlSocketFactory(Identity identity, String host, int port, ControlLimits limits) {
    this(identity, host, port, limits, () -> addresses(host, port));
  }

  private ControlSocketFactory(
      Identity identity, String host, int port, ControlLimits limits, Targets targets) {
    this.identity = identity;
    this.host = host;
    this.port = port;
    this.limits = limits;
    this.targets = targets;
    this.watchdog = new Watchdog("outband-client-" + host + "-" + port + "-watchdog");
  }

  /**
   * Makes the factory for a server whose address a member list alone names; nothing is dialed yet.
   * Each connection goes to an address that was checked, with no resolution in between: that of the
   * server that lists it, or any but loopback (unless that server is there), link-local, multicast,
   * reserved and metadata addresses, and ports from 1024. Otherwise {@link #createSocket} opens no
   * socket, and throws an {@link IOException} whose cause is a {@link TransferException} with
   * {@link dev.outband.api.Code#FORBIDDEN}, or {@link dev.outband.api.Code#UNREACHABLE} if the host
   * is unknown.
   *
   * @param identity who dials
   * @param member the listed control port; the server's certificate must be for its host
   * @param limits deadlines
   * @param listedBy where the server is whose list it was
   * @return the factory
   */
  public static ControlSocketFactory listed(
      Identity identity, Endpoint member, ControlLimits limits, InetAddress listedBy) {
    return listed(
        identity, member, limits, listedBy, CallbackPolicy.listed(InetAddress::getAllByName));
  }

  static ControlSocketFactory listed(
      Identity identity,
      Endpoint member,
      ControlLimits limits,
      InetAddress listedBy,
      CallbackPolicy policy) {
    Objects.requireNonNull(listedBy, "listedBy");
    return new ControlSocketFactory(
        identity, member.host(), member.port(), limits, () -> policy.admitAll(member, listedBy));
  }

  /**
   * Leads to one process alone from now on: besides having the name that is dialed, the server must
   * be this principal and show this key. Says nothing about connections that are open; ask {@link
   * #peer()}.
   *
   * @param expected the process to meet
   */
  public void require(Pin expected) {
    pin = Objects.requireNonNull(expected, "expected");
  }

  /**
   * Whom the last connection met.
   *
   * @throws IllegalStateException if there was none yet
   */
  public Pin peer() {
    return connected().peer().pin();
  }

  /**
   * What the server showed on the last connection.
   *
   * @return a certificate that was good then; {@link Identity#requireStanding} tells whether it is
   *     now
   * @throws IllegalStateException if there was none yet
   */
  public X509Certificate certificate() {
    return connected().peer().certificate();
  }

  /**
   * Whether the last connection was made lately, and with the certificate that this process has
   * now. Another one would show the server's certificate of now, too.
   *
   * @param most how long ago is lately
   * @return false if it was earlier, or the certificate was renewed since
   * @throws IllegalStateException if there was none yet
   */
  public boolean isFresh(Duration most) {
    Route last = connected();
    return System.nanoTime() - last.sinceNs() < most.toNanos()
        && last.own().equals(identity.certificate());
  }

  /** The host that is dialed, as it was given. */
  public String host() {
    return host;
  }

  /** The port that is dialed. */
  public int port() {
    return port;
  }

  /**
   * This machine's address on the last connection.
   *
   * @throws IllegalStateException if there was none yet
   */
  public InetAddress localAddress() {
    return connected().local();
  }

  /**
   * The server's address on the last connection.
   *
   * @throws IllegalStateException if there was none yet
   */
  public InetAddress remoteAddress() {
    return connected().remote();
  }

  /**
   * Opens and proves a connection. Blocks, at the longest for the connect and the handshake
   * deadline together.
   *
   * @param ignoredHost what RMI read in a reference
   * @param ignoredPort the same
   * @return a socket that is ready for RMI, with the call deadline for a read timeout
   * @throws PeerRefusedException if one end does not accept the other
   * @throws IOException if the server cannot be reached, or is not to be dialed
   */
  @Override
  public Socket createSocket(String ignoredHost, int ignoredPort) throws IOException {
    if (!CallScope.isActive()) {
      if (LeaseSocket.isWanted()) {
        return new LeaseSocket(this::open);
      }
      throw new SocketException("no call of this client runs on this thread");
    }
    return open();
  }

  private Socket open() throws IOException {
    requireOpen();
    if (!CallScope.mayDial()) {
      // RMI takes any other for a lack of descriptors, and ends all idle connections of the JVM.
      throw new ConnectException("no connection is open, and none is to be opened");
    }
    X509Certificate own = identity.certificate();
    TlsSocket socket = new TlsSocket(connect(), watchdog);
    try {
      Identity.Peer peer = prove(socket);
      route =
          new Route(
              socket.getLocalAddress(), socket.getInetAddress(), peer, own, System.nanoTime());
      requireOpen();
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Cuts every connection and dials no more. Idempotent. */
  @Override
  public void close() {
    closed = true;
    watchdog.close();
  }

  private void requireOpen() throws SocketException {
    if (closed) {
      throw new SocketException("its connections were cut at this end");
    }
  }

  private Route connected() {
    Route last = route;
    if (last == null) {
      throw new IllegalStateException("not connected to " + host + ":" + port + " yet");
    }
    return last;
  }

  private RawSocket connect() throws IOException {
    long endNs = System.nanoTime() + limits.connectDeadline().toNanos();
    IOException failure = null;
    for (InetSocketAddress target : targets()) {
      long leftMs = Duration.ofNanos(endNs - System.nanoTime()).toMillis();
      if (leftMs <= 0) {
        break;
      }
      RawSocket raw = new RawSocket();
      try {
        raw.connect(target, Math.toIntExact(leftMs));
        return raw;
      } catch (IOException e) {
        raw.close();
        failure = chained(e, failure);
      }
    }
    throw failure == null
        ? new SocketTimeoutException("no connection within " + limits.connectDeadline())
        : failure;
  }

  private List<InetSocketAddress> targets() throws IOException {
    try {
      return targets.find();
    } catch (TransferException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static List<InetSocketAddress> addresses(String host, int port) throws IOException {
    return Arrays.stream(InetAddress.getAllByName(host))
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  private static IOException chained(IOException latest, IOException earlier) {
    if (earlier != null) {
      latest.addSuppressed(earlier);
    }
    return latest;
  }

  private Identity.Peer prove(TlsSocket socket) throws IOException {
    Watchdog.Watch watch = socket.watch();
    watch.arm(limits.handshakeDeadline());
    try {
      SSLSocket tls =
          (SSLSocket)
              identity
                  .sslContext()
                  .getSocketFactory()
                  .createSocket(socket.raw(), host, port, false);
      tls.setSSLParameters(identity.clientParameters());
      tls.startHandshake();
      Identity.Peer peer = identity.verify(tls.getSession(), Role.SERVER, pin);
      int verdict = tls.getInputStream().read();
      if (verdict < 0) {
        throw new SocketException(
            "server closed the connection before it said whether it accepts this client");
      }
      Verdict.require(verdict, identity);
      socket.establish(tls, limits, MeteredStreams.Budget.ENDLESS);
      return peer;
    } catch (IOException e) {
      if (watch.isExpired()) {
        throw late(e);
      }
      IOException plain = identity.explain(e).<IOException>map(refusal -> refusal).orElse(e);
      socket.endPolitely();
      throw plain;
    } finally {
      watch.disarm();
    }
  }

  private SocketTimeoutException late(IOException cause) {
    SocketTimeoutException late =
        new SocketTimeoutException(
            "no TLS handshake within " + limits.handshakeDeadline().toMillis() + " ms");
    late.addSuppressed(cause);
    return late;
  }

  /** Returns the host and port that it dials. */
  @Override
  public String toString() {
    return "ControlSocketFactory[" + host + ":" + port + "]";
  }
}
