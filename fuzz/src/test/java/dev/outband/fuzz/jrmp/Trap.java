package dev.outband.fuzz.jrmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;

/** A port that nobody should dial; hangs up on whoever does, and counts. */
final class Trap implements AutoCloseable {
  private final ServerSocket listener;
  private final Thread thread;
  private final AtomicLong dialed = new AtomicLong();

  Trap(String name) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread = new Thread(this::accept, name);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  long dialed() {
    return dialed.get();
  }

  private void accept() {
    while (true) {
      try (Socket dialer = listener.accept()) {
        dialed.incrementAndGet();
      } catch (SocketException e) {
        return; // Closed.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    listener.close();
    thread.join();
  }
}
