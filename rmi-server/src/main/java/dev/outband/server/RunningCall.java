package dev.outband.server;

import dev.outband.security.AuditLine;
import dev.outband.security.Caller;
import dev.outband.security.Decision;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The remote call that this thread serves, and what the policy decided about it.
 *
 * @param caller who calls
 * @param service the name of the object
 * @param method the name of its method
 * @param decision what the policy says
 * @param certificate what the caller was proven by
 */
record RunningCall(
    Caller caller, String service, String method, Decision decision, X509Certificate certificate) {
  private static final ThreadLocal<RunningCall> CURRENT = new ThreadLocal<>();

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
