package dev.outband.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection of a client that sends what it likes, whatever the server says about its
 * certificate.
 */
final class RawLine {
  private static final int DEADLINE_MS = 10_000;

  private RawLine() {}

  /**
   * Sends bytes, as far as that goes, and then the end.
   *
   * @return what the server sent, its verdict first, as ISO 8859-1
   */
  static String send(TlsEnd client, int port, byte[] bytes) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(DEADLINE_MS);
      try (SSLSocket socket =
          (SSLSocket)
              client.context().getSocketFactory().createSocket(plain, "localhost", port, true)) {
        socket.setSSLParameters(client.parameters());
        return talk(socket, bytes);
      }
    }
  }

  /** The same without TLS. */
  static String sendInClear(int port, byte[] bytes) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      plain.setSoTimeout(DEADLINE_MS);
      return talk(plain, bytes);
    }
  }

  private static String talk(Socket socket, byte[] bytes) {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      if (socket instanceof SSLSocket tls) {
        tls.startHandshake();
      }
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      in.transferTo(received);
    } catch (IOException e) {
      // A refused handshake, an alert, a reset: as far as it goes.
    }
    return received.toString(StandardCharsets.ISO_8859_1);
  }
}
