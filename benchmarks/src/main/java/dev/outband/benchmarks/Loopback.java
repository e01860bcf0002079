package dev.outband.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The loopback address, and how the two ends of a contender tell each other a port on it. */
final class Loopback {
  static final String HOST = "127.0.0.1";

  private Loopback() {}

  static InetAddress address() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  static InetSocketAddress anyPort() throws UnknownHostException {
    return new InetSocketAddress(address(), 0);
  }

  static String format(int port) {
    return HOST + ":" + port;
  }

  static InetSocketAddress parse(String address) throws UnknownHostException {
    return new InetSocketAddress(
        address(), Integer.parseInt(address.substring(address.indexOf(':') + 1)));
  }
}
