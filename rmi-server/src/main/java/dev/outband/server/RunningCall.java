package dev.outband.server;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionStub;
import dev.outband.security.AuditLine;
import dev.outband.security.Caller;
import dev.outband.security.Decision;
import java.lang.reflect.Method;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The remote call that this thread serves, and what the policy decided about it.
 *
 * @param caller who calls
 * @param service the name of the object
 * @param method the name of its method
 * @param decision what the policy says
 * @param certificate what the caller was proven by
 * @param answered the tickets of the receptions that its answer may bring the object of
 */
record RunningCall(
    Caller caller,
    String service,
    String method,
    Decision decision,
    X509Certificate certificate,
    Set<UUID> answered) {
  private static final ThreadLocal<RunningCall> CURRENT = new ThreadLocal<>();

  RunningCall(
      Caller caller, String service, String method, Decision decision, X509Certificate cert) {
    this(caller, service, method, decision, cert, Set.of());
  }

  /** The same, made with these arguments. */
  RunningCall with(Method of, Object[] arguments) {
    if (arguments == null || of.getReturnType() != Confirmation.class) {
      return this;
    }
    Set<UUID> passed = new HashSet<>();
    for (Object argument : arguments) {
      if (argument instanceof ReceptionStub stub) {
        passed.add(stub.ticket().id());
      }
    }
    return new RunningCall(caller, service, method, decision, certificate, passed);
  }

  /** What runs on this thread; empty if that is no call. */
  static Optional<RunningCall> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  void enter() {
    CURRENT.set(this);
  }

  static void leave() {
    CURRENT.remove();
  }

  /** The beginning of a line of the audit log. */
  AuditLine allow(String action) {
    return AuditLine.allow(action).caller(caller).call(service, method).rule(decision.rule());
  }

  /** The beginning of a line of the audit log. */
  AuditLine deny(String action) {
    return AuditLine.deny(action).caller(caller).call(service, method).rule(decision.rule());
  }
}
