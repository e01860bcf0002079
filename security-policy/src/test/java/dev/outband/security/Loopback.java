package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** One real TLS connection over the loopback: handshake, the ends' checks, and a byte each way. */
final class Loopback implements AutoCloseable {
  private static final int DEADLINE_MS = 10_000;

  private final TlsEnd server;
  private final ServerSocket listener;

  Loopback(TlsEnd server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(DEADLINE_MS);
  }

  /** What came of one end: the peer, or the failure. */
  record End(Principal peer, Throwable failure) {}

  /** What came of both. */
  record Outcome(End client, End server) {}

  static Outcome connect(TlsEnd server, TlsEnd client) throws Exception {
    try (Loopback loopback = new Loopback(server)) {
      return loopback.connect(client, "localhost");
    }
  }

  Outcome connect(TlsEnd client, String host) throws Exception {
    CompletableFuture<End> served = new CompletableFuture<>();
    Thread acceptor = new Thread(() -> served.complete(accept()), "test-acceptor");
    acceptor.start();
    try {
      End called = call(client, host);
      return new Outcome(called, served.get(DEADLINE_MS, TimeUnit.MILLISECONDS));
    } finally {
      acceptor.join(DEADLINE_MS);
    }
  }

  private End call(TlsEnd client, String host) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        SSLSocket socket =
            (SSLSocket)
                client
                    .context()
                    .getSocketFactory()
                    .createSocket(plain, host, listener.getLocalPort(), true)) {
      return talk(socket, client, false);
    }
  }

  private End accept() {
    try (Socket plain = listener.accept()) {
      plain.setSoTimeout(DEADLINE_MS);
      InputStream none = null;
      SSLSocket socket =
          (SSLSocket) server.context().getSocketFactory().createSocket(plain, none, false);
      End end = talk(socket, server, true);
      drain(plain);
      return end;
    } catch (IOException e) {
      return new End(null, e);
    }
  }

  /** A close with bytes unread would send a reset, which may overtake the alert. */
  private static void drain(Socket plain) throws IOException {
    plain.shutdownOutput();
    plain.getInputStream().readAllBytes();
  }

  private static End talk(SSLSocket socket, TlsEnd end, boolean first) {
    try {
      socket.setSoTimeout(DEADLINE_MS);
      socket.setSSLParameters(end.parameters());
      socket.startHandshake();
      Principal peer = end.check().apply(socket.getSession());
      exchange(socket, first);
      return new End(peer, null);
    } catch (IOException e) {
      return new End(null, e);
    }
  }

  private static void exchange(Socket socket, boolean first) throws IOException {
    if (first) {
      socket.getOutputStream().write('s');
    }
    if (socket.getInputStream().read() < 0) {
      throw new IOException("peer hung up");
    }
    if (!first) {
      socket.getOutputStream().write('c');
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
