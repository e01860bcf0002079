package dev.outband.benchmarks.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Addresses that a server can come back to: with ports that the system gives to no outgoing
 * connection while the server is away.
 */
final class FixedAddress {

  private static final int FIRST_PORT = 10_000;
  private static final Path OUTGOING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int TRIES = 100;

  private FixedAddress() {}

  /** Addresses on loopback that nobody uses now, {@code host:port}, no two of them the same. */
  static List<String> next(int count) throws IOException {
    Set<String> addresses = new LinkedHashSet<>();
    while (addresses.size() < count) {
      addresses.add(next());
    }
    return List.copyOf(addresses);
  }

  private static String next() throws IOException {
    int firstOutgoing = firstOutgoing();
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, firstOutgoing);
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

  /**
   * In one read; the kernel gives nothing more at a second one, and Files asks for a byte first.
   */
  private static int firstOutgoing() throws IOException {
    try (BufferedReader range = Files.newBufferedReader(OUTGOING)) {
      return Integer.parseInt(range.readLine().split("\\s+")[0]);
    }
  }
}
