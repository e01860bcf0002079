package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.AuditLine;
import dev.outband.security.Caller;
import dev.outband.security.Decision;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.SecurityPolicy;

/**
 * Asks about each call whether its caller's certificate still stands and what the policy says, and
 * has the answer logged. Safe for use by several threads.
 */
final class Gate {
  private final Identity identity;
  private final SecurityPolicy policy;
  private final boolean isAudited;

  private Gate(Identity identity, SecurityPolicy policy, boolean isAudited) {
    this.identity = identity;
    this.policy = policy;
    this.isAudited = isAudited;
  }

  static Gate of(Identity identity, SecurityPolicy policy) {
    return new Gate(identity, policy, true);
  }

  /**
   * For the objects of the server's own, as the directory: they ask the policy themselves where
   * there is something to ask.
   */
  Gate open() {
    return new Gate(identity, SecurityPolicy.anyoneInTheTrustDomain(), false);
  }

  /**
   * Decides about a call.
   *
   * @throws TransferException {@link Code#FORBIDDEN} if it is denied
   */
  RunningCall admit(Caller caller, String service, String method) throws TransferException {
    Decision decision = policy.decide(caller.principal(), service, method);
    RunningCall call = new RunningCall(caller, service, method, decision, Caller.certificate());
    requireStanding(call);
    if (!decision.isAllowed()) {
      call.deny("call").reason("no rule allows it").write();
      throw new TransferException(
          Code.FORBIDDEN,
          "no rule of the server's policy lets "
              + caller.principal()
              + " call "
              + service
              + "."
              + method);
    }
    if (isAudited) {
      call.allow("call").write();
    }
    return call;
  }

  /** A connection may be older than the revocation of the certificate that opened it. */
  private void requireStanding(RunningCall call) throws TransferException {
    try {
      identity.requireStanding(call.certificate());
    } catch (PeerRefusedException e) {
      call.deny("call").reason(e.getMessage()).write();
      throw new TransferException(Code.FORBIDDEN, e.getMessage(), e);
    }
  }

  /**
   * Decides about a look-up. Whether the object is there makes no difference to who may not see it.
   *
   * @throws TransferException {@link Code#FORBIDDEN} if it is denied
   */
  void requireVisible(Caller caller, String service) throws TransferException {
    if (isVisible(caller, service)) {
      return;
    }
    AuditLine.deny("lookup")
        .caller(caller)
        .call(service, "*")
        .rule("denied-by-default")
        .reason("no rule allows it")
        .write();
    throw new TransferException(
        Code.FORBIDDEN,
        "no rule of the server's policy lets " + caller.principal() + " look up " + service);
  }

  boolean isVisible(Caller caller, String service) {
    return policy.mayLookUp(caller.principal(), service);
  }

  SecurityPolicy policy() {
    return policy;
  }
}
