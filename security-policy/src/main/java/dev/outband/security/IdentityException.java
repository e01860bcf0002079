package dev.outband.security;

import java.io.IOException;

/**
 * An identity cannot be used as it lies on disk. The message is one line that names the file and
 * what is wrong with it.
 */
public final class IdentityException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** The folder or one of its files does not exist. */
    MISSING,
    /** A file cannot be read: no permission, a folder in its place, an I/O error. */
    UNREADABLE,
    /** A file is not what its name says: damaged, cut short, too long, of another kind. */
    MALFORMED,
    /** The key does not belong to the certificate. */
    MISMATCH,
    /** The certificate, or the CA's, is no longer valid. */
    EXPIRED,
    /** The certificate, or the CA's, is not valid yet. */
    NOT_YET_VALID,
    /** The certificate, or the revocation list, was not issued by the CA in {@code ca.pem}. */
    UNTRUSTED,
    /** The certificate is in the revocation list. */
    REVOKED,
    /** Others than the owner may read or change the key. */
    EXPOSED_KEY,
    /** A key that is too short or a signature algorithm that is too old. */
    WEAK,
    /** The certificate names no role, or is not made for the role that it names. */
    ROLE
  }

  /** What is wrong. */
  private final Reason reason;

  IdentityException(Reason reason, String message) {
    this(reason, message, null);
  }

  IdentityException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
