package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Dials the address of the peer that tells of it, the caller or the server that lists members, or
 * addresses of networks that were named, at the ports of a range. A name is resolved once, and what
 * was checked is what is answered.
 */
final class CallbackPolicy implements EndpointPolicy {
  static final int LEAST_PORT = 1024;
  static final int MOST_PORT = 65_535;

  private static final List<Network> EVERYWHERE =
      List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0"));

  private final Resolver resolver;
  private final Peer peerIs;
  private final List<Network> networks;
  private final int leastPort;
  private final int mostPort;

  /** All addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Who tells of an address, and whether its own is dialed. */
  private enum Peer {
    CALLER("caller"),
    CALLER_LEFT_OUT("caller"),
    LISTING_SERVER("listedBy");

    /** What it is called in a refusal. */
    private final String key;

    Peer(String key) {
      this.key = key;
    }
  }

  CallbackPolicy(
      Resolver resolver,
      boolean isCallerAdmitted,
      List<Network> networks,
      int leastPort,
      int mostPort) {
    this(
        resolver,
        isCallerAdmitted ? Peer.CALLER : Peer.CALLER_LEFT_OUT,
        networks,
        leastPort,
        mostPort);
  }

  private CallbackPolicy(
      Resolver resolver, Peer peerIs, List<Network> networks, int leastPort, int mostPort) {
    this.resolver = resolver;
    this.peerIs = peerIs;
    this.networks = List.copyOf(networks);
    this.leastPort = leastPort;
    this.mostPort = mostPort;
  }

  static CallbackPolicy callerOnly(Resolver resolver) {
    return new CallbackPolicy(resolver, true, List.of(), LEAST_PORT, MOST_PORT);
  }

  /**
   * For the control ports that a server lists as other members': wherever they are, but not where
   * no callback goes.
   */
  static CallbackPolicy listed(Resolver resolver) {
    return new CallbackPolicy(resolver, Peer.LISTING_SERVER, EVERYWHERE, LEAST_PORT, MOST_PORT);
  }

  @Override
  public InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException {
    return admitAll(candidate, peer).get(0);
  }

  /** All addresses of a candidate that may be dialed, in the order of the name's; never none. */
  List<InetSocketAddress> admitAll(Endpoint candidate, InetAddress peer) throws TransferException {
    if (candidate.port() < leastPort || candidate.port() > mostPort) {
      throw forbidden(candidate, peer, "port must be " + leastPort + ".." + mostPort);
    }
    List<InetSocketAddress> admitted = new ArrayList<>();
    for (InetAddress address : candidate.isObserved() ? List.of(peer) : resolve(candidate)) {
      if (isAdmitted(address, peer)) {
        admitted.add(
            new InetSocketAddress(
                nameless(address.equals(peer) ? peer : address), candidate.port()));
      }
    }
    if (admitted.isEmpty()) {
      throw forbidden(candidate, peer, "address must be " + where());
    }
    return admitted;
  }

  private boolean isAdmitted(InetAddress address, InetAddress peer) {
    boolean isPeers = address.equals(peer);
    return (isPeers && peerIs != Peer.CALLER_LEFT_OUT)
        || (networks.stream().anyMatch(network -> network.contains(address))
            && (isPeers || !NeverDialed.is(address, peer)));
  }

  private String where() {
    String named = networks.stream().map(Network::toString).collect(Collectors.joining(", "));
    return switch (peerIs) {
      case CALLER -> "the caller's own" + (networks.isEmpty() ? "" : " or in " + named);
      case CALLER_LEFT_OUT -> "in " + named;
      case LISTING_SERVER -> "none of loopback, link-local, multicast, reserved and metadata";
    };
  }

  private List<InetAddress> resolve(Endpoint candidate) throws TransferException {
    try {
      return Arrays.asList(resolver.resolve(candidate.host()));
    } catch (UnknownHostException e) {
      throw new TransferException(Code.UNREACHABLE, "endpoint " + candidate + ": unknown host", e);
    }
  }

  private TransferException forbidden(Endpoint candidate, InetAddress peer, String rule) {
    return new TransferException(
        Code.FORBIDDEN,
        "endpoint "
            + candidate
            + " refused: "
            + rule
            + ", "
            + peerIs.key
            + "="
            + peer.getHostAddress());
  }

  private static InetAddress nameless(InetAddress address) {
    try {
      return address instanceof Inet6Address scoped
          ? Inet6Address.getByAddress(null, scoped.getAddress(), scoped.getScopeId())
          : InetAddress.getByAddress(address.getAddress());
    } catch (IOException e) {
      throw new IllegalStateException("an address has the length of an address", e);
    }
  }

  /** Returns the addresses and the ports. */
  @Override
  public String toString() {
    return where() + ", ports " + leastPort + "-" + mostPort;
  }
}
