package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Finds the refusal in what JSSE throws. JSSE has no types for alerts, so the texts of JDK 17 and
 * 25 are matched.
 */
final class TlsFailures {
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: ([a-z_]+)");
  private static final Map<String, Verdict> ALERTS =
      Map.of(
          "certificate_required",
              new Verdict(Reason.NO_CERTIFICATE, "it requires a certificate and got none"),
          "bad_certificate",
              new Verdict(
                  Reason.REFUSED_BY_PEER, "it got none, or one that is damaged or not yet valid"),
          "certificate_expired", new Verdict(Reason.EXPIRED, "it has expired"),
          "certificate_revoked", new Verdict(Reason.REVOKED, "it was revoked"),
          "unknown_ca",
              new Verdict(Reason.UNTRUSTED, "it was issued by a CA that the peer does not know"),
          "unsupported_certificate",
              new Verdict(Reason.WEAK, "its key or signature is not accepted"),
          "certificate_unknown", new Verdict(Reason.REFUSED_BY_PEER, "the peer's log says why"),
          "access_denied", new Verdict(Reason.REFUSED_BY_PEER, "the peer's log says why"));
  private static final Set<String> NO_COMMON_PROTOCOL =
      Set.of("handshake_failure", "protocol_version", "insufficient_security");

  private TlsFailures() {}

  static Optional<PeerRefusedException> explain(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Optional<PeerRefusedException> found = Optional.empty();
    for (Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
      // A refusal of our own lies deeper than, and says more than, the TLS failure around it.
      Optional<PeerRefusedException> own = own(t);
      if (own.isPresent()) {
        return own;
      }
      found = found.isPresent() ? found : foreign(t);
    }
    return found;
  }

  private static Optional<PeerRefusedException> own(Throwable t) {
    if (t instanceof PeerRefusedException refused) {
      return Optional.of(refused);
    }
    return t instanceof CertificateRefusedException refused
        ? Optional.of(PeerRefusedException.of(refused))
        : Optional.empty();
  }

  private static Optional<PeerRefusedException> foreign(Throwable t) {
    if (!(t instanceof SSLException) || t.getMessage() == null) {
      return Optional.empty();
    }
    Matcher alert = ALERT.matcher(t.getMessage());
    return alert.find() ? received(alert.group(1), t) : local(t);
  }

  private static Optional<PeerRefusedException> received(String alert, Throwable cause) {
    Verdict verdict = ALERTS.get(alert);
    if (verdict != null) {
      String message =
          "peer refused our certificate: " + verdict.words() + " (TLS alert " + alert + ")";
      return refused(verdict.reason(), message, cause);
    }
    return NO_COMMON_PROTOCOL.contains(alert)
        ? refused(
            Reason.PROTOCOL,
            "peer does not speak TLS 1.3 as we do (TLS alert " + alert + ")",
            cause)
        : Optional.empty();
  }

  private static Optional<PeerRefusedException> local(Throwable cause) {
    String text = cause.getMessage().toLowerCase(Locale.ROOT);
    if (cause instanceof SSLPeerUnverifiedException
        || text.contains("empty client certificate chain")) {
      return refused(Reason.NO_CERTIFICATE, "peer presented no certificate", cause);
    }
    if (text.contains("protocol version") || text.contains("client requested protocol")) {
      return refused(Reason.PROTOCOL, "peer does not speak TLS 1.3", cause);
    }
    if (text.contains("no cipher suites in common")) {
      return refused(Reason.PROTOCOL, "peer offers no cipher suite that is accepted", cause);
    }
    return text.contains("unrecognized ssl message")
        ? refused(Reason.PROTOCOL, "peer does not speak TLS", cause)
        : Optional.empty();
  }

  private static Optional<PeerRefusedException> refused(
      Reason reason, String message, Throwable cause) {
    return Optional.of(new PeerRefusedException(reason, message, null, cause));
  }

  private record Verdict(Reason reason, String words) {}
}
