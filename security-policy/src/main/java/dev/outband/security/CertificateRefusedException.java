package dev.outband.security;

import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * A certificate that this process does not accept; thrown inside the handshake, where it becomes
 * the cause of what JSSE throws. {@link PeerRefusedException#explain} finds it there.
 */
public final class CertificateRefusedException extends CertificateException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  private final PeerRefusedException.Reason reason;

  /**
   * Whose certificate it is; null where the certificate is not known to be genuine or names nobody.
   */
  private final Principal peer;

  CertificateRefusedException(
      PeerRefusedException.Reason reason, String message, Principal peer, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.peer = peer;
  }

  /** Why the certificate is refused. */
  public PeerRefusedException.Reason reason() {
    return reason;
  }

  /**
   * Whose certificate it is; empty where it was not issued by the trust domain's CA, or names
   * nobody.
   */
  public Optional<Principal> peer() {
    return Optional.ofNullable(peer);
  }
}
