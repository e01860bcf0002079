package dev.outband.benchmarks.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Addresses that a server can come back to: with ports that the system gives to no outgoing
 * connection while the server is away.
 */
final class FixedAddress {

  private static final int FIRST_PORT = 10_000;

  /** Where Linux begins with those of outgoing connections. */
  private static final int END_PORT = 32_768;

  private static final int TRIES = 100;

  private FixedAddress() {}

  /** An address on loopback that nobody uses now, {@code host:port}. */
  static String next() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, END_PORT);
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      try (ServerSocket unused = new ServerSocket()) {
        unused.bind(address);
        return "127.0.0.1:" + port;
      } catch (BindException e) {
        // Somebody uses it.
      }
    }
    throw new IOException("no free port in " + TRIES + " tries");
  }
}
