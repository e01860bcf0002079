package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Dials the caller's own address, or addresses of networks that were named, at the ports of a
 * range. A name is resolved once, and what was checked is what is answered.
 */
final class CallbackPolicy implements EndpointPolicy {
  static final int LEAST_PORT = 1024;
  static final int MOST_PORT = 65_535;

  private final Resolver resolver;
  private final boolean isCallerAdmitted;
  private final List<Network> networks;
  private final int leastPort;
  private final int mostPort;

  /** All addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  CallbackPolicy(
      Resolver resolver,
      boolean isCallerAdmitted,
      List<Network> networks,
      int leastPort,
      int mostPort) {
    this.resolver = resolver;
    this.isCallerAdmitted = isCallerAdmitted;
    this.networks = List.copyOf(networks);
    this.leastPort = leastPort;
    this.mostPort = mostPort;
  }

  static CallbackPolicy callerOnly(Resolver resolver) {
    return new CallbackPolicy(resolver, true, List.of(), LEAST_PORT, MOST_PORT);
  }

  @Override
  public InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException {
    if (candidate.port() < leastPort || candidate.port() > mostPort) {
      throw forbidden(candidate, peer, "port must be " + leastPort + ".." + mostPort);
    }
    for (InetAddress address : candidate.isObserved() ? List.of(peer) : resolve(candidate)) {
      if (isAdmitted(address, peer)) {
        return new InetSocketAddress(
            nameless(address.equals(peer) ? peer : address), candidate.port());
      }
    }
    throw forbidden(candidate, peer, "address must be " + where());
  }

  private boolean isAdmitted(InetAddress address, InetAddress peer) {
    boolean isCaller = address.equals(peer);
    return (isCaller && isCallerAdmitted)
        || (networks.stream().anyMatch(network -> network.contains(address))
            && (isCaller || !NeverDialed.is(address, peer)));
  }

  private String where() {
    String named = networks.stream().map(Network::toString).collect(Collectors.joining(", "));
    if (!isCallerAdmitted) {
      return "in " + named;
    }
    return "the caller's own" + (networks.isEmpty() ? "" : " or in " + named);
  }

  private List<InetAddress> resolve(Endpoint candidate) throws TransferException {
    try {
      return Arrays.asList(resolver.resolve(candidate.host()));
    } catch (UnknownHostException e) {
      throw new TransferException(Code.UNREACHABLE, "endpoint " + candidate + ": unknown host", e);
    }
  }

  private static TransferException forbidden(Endpoint candidate, InetAddress peer, String rule) {
    return new TransferException(
        Code.FORBIDDEN,
        "endpoint " + candidate + " refused: " + rule + ", caller=" + peer.getHostAddress());
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
