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

/** Dials nothing but the caller's own address, at ports that need no privilege. */
final class CallerOnlyPolicy implements EndpointPolicy {
  private static final int LEAST_PORT = 1024;

  private final Resolver resolver;

  /** All addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  CallerOnlyPolicy(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException {
    if (candidate.port() < LEAST_PORT) {
      throw forbidden(candidate, peer, "port must be " + LEAST_PORT + "..65535");
    }
    if (!candidate.isObserved()) {
      List<InetAddress> resolved = resolve(candidate);
      if (!resolved.contains(peer)) {
        throw forbidden(candidate, peer, "address must be the caller's own");
      }
    }
    return new InetSocketAddress(nameless(peer), candidate.port());
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

  private static InetAddress nameless(InetAddress peer) {
    try {
      return peer instanceof Inet6Address scoped
          ? Inet6Address.getByAddress(null, scoped.getAddress(), scoped.getScopeId())
          : InetAddress.getByAddress(peer.getAddress());
    } catch (IOException e) {
      throw new IllegalStateException("an address has the length of an address", e);
    }
  }
}
