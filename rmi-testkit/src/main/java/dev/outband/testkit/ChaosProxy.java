package dev.outband.testkit;

import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy between dialers and one listener, which does to each connection what it was told:
 * cut, stall, throttle, delay, flip, drop, duplicate, swap, append, record. What it was not told
 * passes.
 *
 * <pre>{@code
 * try (ChaosProxy proxy = ChaosProxy.to(dataPort)) {
 *   ProxiedConnection cut = proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(1000, CutBy.RST)));
 *   ... // a transfer whose stub advertises proxy.endpoint()
 * }
 * }</pre>
 *
 * <p>What it was told is for one connection. A data connection stays open for a while after a good
 * transfer and then serves the next one to the same endpoint; for a fault in a later transfer, give
 * that one a proxy of its own.
 *
 * <p>It does nothing by chance: draw the positions from a seeded generator of your own, or whole
 * faults by {@link Fault#drawn}, and print the seed. It listens on an ephemeral port of the
 * loopback interface, and has one thread, and two more for each connection. Safe for use by several
 * threads; plans are used in the order in which connections come, so give each thread its own proxy
 * where several dial at once.
 */
public final class ChaosProxy implements AutoCloseable {

  private static final int BACKLOG = 256;
  private static final int CONNECT_MS = 5_000;
  private static final long CLOSE_SECONDS = 10;

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final ExecutorService threads;
  private final Queue<ProxiedConnection> planned = new ConcurrentLinkedQueue<>();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile boolean silent;

  private ChaosProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    String name = "chaos-proxy-" + server.getLocalPort();
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.execute(this::accept);
  }

  /**
   * Starts a proxy.
   *
   * @param target where it connects to, once for each connection that it accepts
   * @return the proxy, to be closed by the caller
   * @throws IOException if no port can be bound
   */
  public static ChaosProxy to(InetSocketAddress target) throws IOException {
    return new ChaosProxy(target);
  }

  /**
   * Where it listens.
   *
   * @return a loopback address
   */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /**
   * Where it listens, to be advertised.
   *
   * @return the endpoint
   */
  public Endpoint endpoint() {
    return new Endpoint(address().getAddress().getHostAddress(), address().getPort());
  }

  /**
   * Leads a transfer through this proxy, which then must stand in front of the data port that the
   * reception advertises.
   *
   * @param reception a stub, as it came or as it is to be sent
   * @return a stub with the same tickets, to be opened here; each stream that a transmitter takes
   *     is a connection
   * @throws IllegalArgumentException if it is no stub
   */
  public ReceptionObject through(ReceptionObject reception) {
    if (reception instanceof ReceptionStub stub) {
      return new ReceptionStub(List.of(endpoint()), stub.ticket(), 0, stub.further());
    }
    throw new IllegalArgumentException("a reception must be a stub, not " + reception);
  }

  /**
   * Says what happens to the next connection that has no plan yet.
   *
   * @param plan what to do to it
   * @return the connection, which nobody has opened yet
   */
  public ProxiedConnection next(Plan plan) {
    ProxiedConnection connection = new ProxiedConnection(plan);
    planned.add(connection);
    return connection;
  }

  /**
   * Plays a recorded direction again: connects to the target, sends the bytes, ends its own
   * direction and takes what comes back. Blocks.
   *
   * @param toListener what to send
   * @param limit how long to wait for more to come, 1 ms or more
   * @return what came back until the target ended or reset the connection
   * @throws IOException if the target cannot be reached, or neither sends nor ends within the limit
   */
  public byte[] replay(byte[] toListener, Duration limit) throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(toListener);
        socket.shutdownOutput();
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        // A reset is an answer, too: what came before it counts.
        return answer.toByteArray();
      }
      return answer.toByteArray();
    }
  }

  /**
   * Passes nothing any more, in either direction, on any connection, not even its end: as when a
   * cable is pulled. New connections are accepted and hear nothing. Only closing the proxy ends
   * that. Does not block.
   */
  public void silence() {
    silent = true;
  }

  /** Resets every connection and ends the threads. Blocks until that is done. Idempotent. */
  @Override
  public void close() {
    closed = true;
    threads.shutdown();
    try {
      server.close();
      connections.forEach(ProxiedConnection::abandon);
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "threads of the proxy did not end within " + CLOSE_SECONDS + " s");
      }
    } catch (IOException e) {
      throw new IllegalStateException("the proxy could not be closed", e);
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket dialer = server.accept();
        ProxiedConnection connection = planned.poll();
        serve(dialer, connection == null ? new ProxiedConnection(Plan.PASSING) : connection);
      } catch (IOException e) {
        if (!closed) {
          throw new IllegalStateException("the proxy cannot accept connections", e);
        }
      }
    }
  }

  private void serve(Socket dialer, ProxiedConnection connection) throws SocketException {
    dialer.setTcpNoDelay(true);
    connection.attach(dialer, null);
    connections.add(connection);
    if (silent) {
      return;
    }
    try {
      Socket listener = connect();
      connection.attach(dialer, listener);
      start(
          connection, new Pump(connection, Direction.TO_LISTENER, dialer, listener, () -> silent));
      start(
          connection,
          new Pump(connection, Direction.FROM_LISTENER, listener, dialer, () -> silent));
    } catch (IOException | RejectedExecutionException e) {
      // Nobody listens there, or the proxy closes: the dialer sees a reset, as it would without the
      // proxy.
      connection.abandon();
      connections.remove(connection);
    }
  }

  private void start(ProxiedConnection connection, Pump pump) {
    threads.execute(
        () -> {
          pump.run();
          if (connection.isOver()) {
            connections.remove(connection);
          }
        });
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(target, CONNECT_MS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
