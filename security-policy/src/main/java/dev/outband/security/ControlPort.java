package dev.outband.security;

import java.io.IOException;
import java.io.ObjectInputFilter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a server process accepts RMI over TLS: one listening socket, bound to one address, for all
 * objects of one server.
 *
 * <p>Every connection is TLS 1.3 with a certificate of the trust domain, verified on the
 * connection's own thread within a total deadline, before a byte of RMI is read; {@link
 * Caller#current()} then tells services who calls. A refused peer costs one line in the log. No
 * host name is ever looked up for an address.
 *
 * <p>Does not look at what is called: that is the part of {@link SerialFilters} and of the server's
 * guard. Whoever opens a control port closes it. Safe for use by several threads.
 */
public final class ControlPort implements RMIServerSocketFactory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPort.class);
  private static final int BACKLOG = 256;
  private static final long LAST_ACCEPT_MS = 1_000;
  private static final long COMPLAINT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  private final Identity identity;
  private final ControlLimits limits;
  private final Watchdog watchdog;
  private final Acceptor acceptor;
  private final InetSocketAddress address;
  private final ConnectionCounter connections;

  private ControlPort(Identity identity, InetSocketAddress bind, ControlLimits limits)
      throws IOException {
    this.identity = identity;
    this.limits = limits;
    this.connections = new ConnectionCounter(limits.connections(), limits.callBytes());
    this.acceptor = new Acceptor();
    try {
      acceptor.bind(bind, BACKLOG);
    } catch (IOException e) {
      acceptor.close();
      throw cannotBind(bind, e);
    }
    this.address = (InetSocketAddress) acceptor.getLocalSocketAddress();
    this.watchdog = new Watchdog("outband-control-" + address.getPort() + "-watchdog");
  }

  /**
   * Binds a control port.
   *
   * @param identity a server's identity
   * @param bind the one address to listen on; port 0 picks a free one
   * @param limits deadlines and the number of connections
   * @return the bound port, which accepts connections once an object is exported on it
   * @throws BindException if it cannot be bound, with one line that names host, port and reason
   * @throws IOException if the host is unknown
   */
  public static ControlPort open(Identity identity, InetSocketAddress bind, ControlLimits limits)
      throws IOException {
    if (bind.isUnresolved()) {
      throw new UnknownHostException(
          "control port: unknown host " + Text.quoted(bind.getHostString()));
    }
    return new ControlPort(identity, bind, limits);
  }

  /** Where it listens, with the port that was picked. */
  public InetSocketAddress address() {
    return address;
  }

  /** How many connections are open, those included whose handshake is not done yet. */
  public int connections() {
    return connections.total();
  }

  /** How many bytes of calls are in memory, as {@link CallBytes} counts them. */
  public long callBytes() {
    return connections.bytes();
  }

  /**
   * The listening socket, for RMI.
   *
   * @param port must be the port of {@link #address()}
   * @return always the same
   * @throws IOException if the port is another one, or this control port is closed
   */
  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    if (port != address.getPort()) {
      throw new BindException("control port is " + address.getPort() + ", not " + port);
    }
    if (acceptor.isClosed()) {
      throw new SocketException("control port " + port + " is closed");
    }
    return acceptor;
  }

  /**
   * Exports a remote object whose calls all go to one handler. Of the classes that a caller names,
   * those that the filter admits are resolved, and no others are even looked for. A call runs with
   * the context class loader that it would have if RMI had exported the object by itself: this
   * thread's, as a rule.
   *
   * @param type the remote interface
   * @param calls called by several threads at once
   * @param arguments the filter that {@link SerialFilters#arguments} made of the interface
   * @return the exported object; RMI holds it weakly, so hold it, and unexport it in the end
   * @throws RemoteException if it cannot be exported
   * @throws IllegalArgumentException if the filter is of another making
   */
  public <T extends Remote> T export(
      Class<T> type, InvocationHandler calls, ObjectInputFilter arguments) throws RemoteException {
    if (!(arguments instanceof AllowList admitted)) {
      throw new IllegalArgumentException(
          "arguments must be a filter of SerialFilters, not a " + arguments.getClass().getName());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ListedClasses listed = ListedClasses.of(admitted, type.getClassLoader());
    T object =
        type.cast(
            Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, listed.outside(calls)));
    thread.setContextClassLoader(listed);
    try {
      UnicastRemoteObject.exportObject(object, address.getPort(), null, this, arguments);
    } finally {
      thread.setContextClassLoader(before);
    }
    return object;
  }

  /** Stops listening and cuts every connection. Idempotent. */
  @Override
  public void close() throws IOException {
    try {
      acceptor.close();
    } finally {
      watchdog.close();
    }
  }

  private static BindException cannotBind(InetSocketAddress bind, IOException e) {
    BindException failure =
        new BindException(
            "cannot listen on "
                + bind.getHostString()
                + ":"
                + bind.getPort()
                + ": "
                + e.getMessage());
    failure.initCause(e);
    return failure;
  }

  /**
   * Hands out connections with nothing done to them yet. RMI slows down an accept loop that throws,
   * so a peer must not be able to make it throw.
   */
  private final class Acceptor extends ServerSocket {
    private final ReentrantLock accepting = new ReentrantLock();
    private long complainedNs;
    private long refused;

    Acceptor() throws IOException {}

    @Override
    public Socket accept() throws IOException {
      while (true) {
        RawSocket raw = next();
        Optional<ConnectionCounter.Place> place = connections.accept(raw.getInetAddress());
        if (place.isPresent()) {
          return new AcceptedSocket(raw, identity, limits, watchdog, place.get());
        }
        complain(raw);
        raw.close();
      }
    }

    private RawSocket next() throws IOException {
      accepting.lock();
      try {
        RawSocket accepted = RawSocket.unmade();
        implAccept(accepted);
        return accepted;
      } finally {
        accepting.unlock();
      }
    }

    /**
     * The kernel keeps the port for as long as a thread is inside accept, which leaves it a little
     * after the socket is closed; who closed it may want the port at once.
     */
    @Override
    public void close() throws IOException {
      super.close();
      try {
        if (accepting.tryLock(LAST_ACCEPT_MS, TimeUnit.MILLISECONDS)) {
          accepting.unlock();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void complain(Socket raw) {
      refused++;
      long nowNs = System.nanoTime();
      if (refused == 1 || nowNs - complainedNs >= COMPLAINT_INTERVAL_NS) {
        complainedNs = nowNs;
        String full = connections.full(raw.getInetAddress());
        String why = full.isEmpty() ? "all places were taken" : full;
        LOG.warn(
            "connection refused: {}, refused so far={}, address={}",
            why,
            refused,
            raw.getRemoteSocketAddress());
        AuditLine.deny("connect")
            .address((InetSocketAddress) raw.getRemoteSocketAddress())
            .reason(why + ", refused so far=" + refused)
            .write();
      }
    }
  }
}
