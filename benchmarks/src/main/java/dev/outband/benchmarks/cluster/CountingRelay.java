package dev.outband.benchmarks.cluster;

import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in front of a data port, takes what senders put into its connections no faster than it is
 * told, and counts it, whether the receiver can use it or not. So a sender that is killed still had
 * something to send. Safe for use by several threads.
 */
final class CountingRelay implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  private static final long SECOND_NS = 1_000_000_000;

  /** What a thread that was held up may make good. */
  private static final long MOST_BEHIND_NS = 10_000_000;

  private final InetSocketAddress target;
  private final long bytesPerSecond;
  private final ServerSocket server;
  private final AtomicLong toTarget = new AtomicLong();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, "counting-relay"));

  private CountingRelay(InetSocketAddress target, long bytesPerSecond) throws IOException {
    this.target = target;
    this.bytesPerSecond = bytesPerSecond;
    this.server = new ServerSocket();
    // Or the system would take megabytes from the sender, however slowly they are read.
    server.setReceiveBufferSize(BUFFER_BYTES);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  static CountingRelay to(InetSocketAddress target, long bytesPerSecond) throws IOException {
    CountingRelay relay = new CountingRelay(target, bytesPerSecond);
    relay.threads.execute(relay::accept);
    return relay;
  }

  /** Leads a transfer to the target through this relay. */
  ReceptionObject through(ReceptionObject reception) {
    Endpoint here = new Endpoint("127.0.0.1", server.getLocalPort());
    ReceptionStub stub = (ReceptionStub) reception;
    return new ReceptionStub(List.of(here), stub.ticket(), 0, stub.further());
  }

  /** How many bytes went to the target so far. */
  long bytes() {
    return toTarget.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdown();
  }

  private void accept() {
    try {
      while (true) {
        Socket dialer = server.accept();
        Socket listener = new Socket(target.getAddress(), target.getPort());
        sockets.add(dialer);
        sockets.add(listener);
        threads.execute(() -> pump(dialer, listener, toTarget));
        threads.execute(() -> pump(listener, dialer, new AtomicLong()));
      }
    } catch (IOException e) {
      // Closed, or the client has gone: nothing more to lead anywhere.
      threads.shutdown();
    }
  }

  /** Until one end has ended; then the other one learns of it. */
  private void pump(Socket from, Socket to, AtomicLong count) {
    byte[] buffer = new byte[BUFFER_BYTES];
    long dueNs = System.nanoTime();
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count.addAndGet(n);
        out.write(buffer, 0, n);
        dueNs =
            Math.max(dueNs, System.nanoTime() - MOST_BEHIND_NS) + n * SECOND_NS / bytesPerSecond;
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
      to.shutdownOutput();
    } catch (IOException e) {
      end(from);
      end(to);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
