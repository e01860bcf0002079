package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;

/**
 * Listens where a server should, with whatever TLS it has; says welcome, answers whatever it is
 * asked with the bytes that it is given, and counts what it is sent inside TLS.
 */
final class OddServer implements AutoCloseable {
  private static final int DEADLINE_MS = 10_000;

  private final ServerSocket listener;
  private final TlsEnd tls;
  private final byte[] answer;
  private final AtomicLong received = new AtomicLong();
  private final Thread thread;

  OddServer(TlsEnd tls, byte[] answer) throws IOException {
    this.tls = tls;
    this.answer = answer;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread = new Thread(this::run, "odd-server");
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many bytes clients have sent inside TLS. */
  long received() {
    return received.get();
  }

  private void run() {
    while (!listener.isClosed()) {
      try (Socket plain = listener.accept()) {
        plain.setSoTimeout(DEADLINE_MS);
        serve(plain);
      } catch (IOException e) {
        // The client hung up on it, or this is the end.
      }
    }
  }

  private void serve(Socket plain) throws IOException {
    InputStream none = null;
    try (SSLSocket socket =
        (SSLSocket) tls.context().getSocketFactory().createSocket(plain, none, true)) {
      socket.setSSLParameters(tls.parameters());
      socket.startHandshake();
      socket.getOutputStream().write(answer);
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        received.incrementAndGet();
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    listener.close();
    thread.join(DEADLINE_MS);
  }
}
