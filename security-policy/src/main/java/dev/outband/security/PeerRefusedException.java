package dev.outband.security;

import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The two ends of a connection did not accept each other: this process refused the peer, or the
 * peer refused this process. Nothing was called and nothing was sent. The message is one line that
 * is safe to show and to log.
 */
public final class PeerRefusedException extends SSLException {
  private static final long serialVersionUID = 1L;

  /** Why the connection was refused. */
  public enum Reason {
    /** No certificate was presented. */
    NO_CERTIFICATE,
    /** The certificate was not issued by the trust domain's CA: self-signed, or by another CA. */
    UNTRUSTED,
    /** The certificate, or the CA's, is no longer valid. */
    EXPIRED,
    /** The certificate, or the CA's, is not valid yet. */
    NOT_YET_VALID,
    /** The certificate is in the revocation list. */
    REVOKED,
    /** A key that is too short or a signature algorithm that is too old. */
    WEAK,
    /**
     * A CA's certificate used as a process's, or one without the extended key usage that is needed.
     */
    WRONG_USE,
    /**
     * The certificate names no role, or another one than is needed here: a client's used as a
     * server's.
     */
    WRONG_ROLE,
    /** A good certificate, but not for the host that was dialed. */
    WRONG_HOST,
    /** The peer refused this process's certificate and did not say why. */
    REFUSED_BY_PEER,
    /** No common protocol: the peer speaks something older than TLS 1.3, or no TLS at all. */
    PROTOCOL,
    /** A good certificate, but of another process, or of another key, than the one expected. */
    WRONG_KEY
  }

  /** Why. */
  private final Reason reason;

  /** The peer; null where unknown. */
  private final Principal peer;

  PeerRefusedException(Reason reason, String message, Principal peer, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.peer = peer;
  }

  static PeerRefusedException of(CertificateRefusedException refusal) {
    String what = refusal.getMessage();
    String message =
        what.startsWith("certificate ") && refusal.peer().isEmpty() ? "peer's " + what : what;
    return new PeerRefusedException(
        refusal.reason(), message, refusal.peer().orElse(null), refusal);
  }

  /**
   * Says what a failed handshake, or a first read after one, means; looks along the causes for this
   * process's own refusal and for the TLS alert that the peer sent. The server's verdict on a
   * client's certificate reaches a TLS 1.3 client only with its first read, as an alert that seldom
   * says more than {@code certificate_unknown}; {@link Identity#explain} adds what this process can
   * find out about its own certificate.
   *
   * @param failure what was caught
   * @return the refusal, or empty if the failure is none (a cut connection, for one)
   */
  public static Optional<PeerRefusedException> explain(Throwable failure) {
    return TlsFailures.explain(failure);
  }

  /** Why the connection was refused. */
  public Reason reason() {
    return reason;
  }

  /** The peer's principal; empty where the peer showed no genuine certificate. */
  public Optional<Principal> peer() {
    return Optional.ofNullable(peer);
  }
}
