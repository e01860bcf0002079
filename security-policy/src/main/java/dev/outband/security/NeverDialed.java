package dev.outband.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that no policy opens to a callback, unless they are the caller's own: what is behind
 * them answers to the server because of where it stands. An IPv4 address inside of an IPv6 one
 * (mapped, compatible, NAT64, 6to4) is judged as what it is.
 */
final class NeverDialed {
  private static final Network LOOPBACK_4 = Network.parse("127.0.0.0/8");
  private static final Network LOOPBACK_6 = Network.parse("::1/128");
  private static final Network NAT64 = Network.parse("64:ff9b::/96");
  private static final Network COMPATIBLE = Network.parse("::/96");
  private static final Network SIX_TO_FOUR = Network.parse("2002::/16");
  private static final int SIX_TO_FOUR_AT = 2;
  private static final int LAST_FOUR = 12;

  /** Unspecified, link-local (most clouds' metadata), multicast, reserved, other metadata. */
  private static final List<Network> ALWAYS =
      Stream.of(
              "0.0.0.0/8",
              "169.254.0.0/16",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/128",
              "fe80::/10",
              "ff00::/8",
              "fd00:ec2::254/128",
              "100.100.100.200/32",
              "168.63.129.16/32",
              "192.0.0.192/32")
          .map(Network::parse)
          .toList();

  private NeverDialed() {}

  /** Whether the address is not to be dialed for a caller at another one. */
  static boolean is(InetAddress candidate, InetAddress peer) {
    InetAddress address = plain(candidate);
    boolean isLocalCaller = plain(peer).isLoopbackAddress();
    return ALWAYS.stream().anyMatch(network -> network.contains(address))
        || (address.isLoopbackAddress() && !isLocalCaller);
  }

  /** Whether no address of the network is ever dialed for a remote caller. */
  static boolean isWhole(Network network) {
    return LOOPBACK_4.contains(network)
        || LOOPBACK_6.contains(network)
        || ALWAYS.stream().anyMatch(never -> never.contains(network));
  }

  private static InetAddress plain(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    if (NAT64.contains(address)
        || (COMPATIBLE.contains(address) && !LOOPBACK_6.contains(address))) {
      return inner(bytes, LAST_FOUR);
    }
    return SIX_TO_FOUR.contains(address) ? inner(bytes, SIX_TO_FOUR_AT) : address;
  }

  private static InetAddress inner(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
