package dev.outband.security.pki;

import java.io.IOException;

/**
 * The certificate authority did not do what it was asked. The message is one line that names the
 * folder or file and says why.
 */
public final class PkiException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** There is a CA, or an identity of that name, already; nothing was changed. */
    EXISTS,
    /** There is no CA in the folder, or it never issued a certificate to that name. */
    UNKNOWN,
    /** What lies in the folder is not a whole and sound CA. */
    DAMAGED,
    /** A file or folder could not be read or written. */
    FAILED
  }

  /** Why. */
  private final Reason reason;

  PkiException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
