package dev.outband.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;

/** Ways to end a socket. What is closed already, or was never there, stays as it is. */
final class Sockets {

  private Sockets() {}

  static void close(Socket socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing a proxied connection", e);
    }
  }

  static void reset(Socket socket) {
    if (socket == null || socket.isClosed()) {
      return;
    }
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // The other end was faster: there is nothing left to be reset.
      close(socket);
      return;
    }
    close(socket);
  }

  static void shutdownOutput(Socket socket) {
    if (socket == null || socket.isClosed() || socket.isOutputShutdown()) {
      return;
    }
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      close(socket);
    }
  }
}
