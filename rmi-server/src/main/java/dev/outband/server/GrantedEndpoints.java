package dev.outband.server;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import dev.outband.security.EndpointPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Dials what the policy grants the running call; outside of a call, the caller alone. */
final class GrantedEndpoints implements EndpointPolicy {
  private final EndpointPolicy otherwise = EndpointPolicy.callerOnly();

  @Override
  public InetSocketAddress admit(Endpoint candidate, InetAddress peer) throws TransferException {
    Optional<RunningCall> call = RunningCall.current();
    EndpointPolicy policy =
        call.map(running -> running.decision().grant().callbacks()).orElse(otherwise);
    try {
      return policy.admit(candidate, peer);
    } catch (TransferException e) {
      call.ifPresent(running -> running.deny("dial").reason(e.getMessage()).write());
      throw e;
    }
  }
}
