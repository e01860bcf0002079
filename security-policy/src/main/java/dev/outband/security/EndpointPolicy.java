package dev.outband.security;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Decides which advertised endpoints a process dials. Safe for use by several threads. */
@FunctionalInterface
public interface EndpointPolicy {

  /**
   * Resolves a candidate once and answers the address to connect to. May block for a name's
   * resolution.
   *
   * @param candidate what a reception stub advertises
   * @param peer where the control connection's other end is
   * @return a resolved address without a name, so that nothing resolves it a second time
   * @throws TransferException {@link dev.outband.api.Code#FORBIDDEN} with candidate, peer and rule
   *     if it is not to be dialed; {@link dev.outband.api.Code#UNREACHABLE} if its host is unknown
   */
  InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException;

  /**
   * The default: only the peer's own address, and ports from 1024. An endpoint that names a host is
   * resolved once and must have that address among its own; an observed one needs no resolution. So
   * a stub cannot make its receiver scan or attack a third machine (RFC 2577), nor a service of its
   * own.
   *
   * @return the policy
   */
  static EndpointPolicy callerOnly() {
    return CallbackPolicy.callerOnly(InetAddress::getAllByName);
  }
}
