package dev.outband.security;

import java.util.Locale;

/**
 * What a process is in its trust domain; written into its certificate by the certificate authority.
 */
public enum Role {
  /** Serves objects; also calls other servers. */
  SERVER,
  /** Calls servers and is never called. */
  CLIENT;

  /**
   * The word that stands for the role in principals and certificates: {@code server} or {@code
   * client}.
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
