package dev.outband.security;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Decides which advertised endpoints a process dials. */
@FunctionalInterface
public interface EndpointPolicy {
  /** Resolves the candidate once and answers the address to connect to, or throws FORBIDDEN (or UNREACHABLE for an unknown host). */
  InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException;

  static EndpointPolicy callerOnly() { throw new UnsupportedOperationException(); }
}
