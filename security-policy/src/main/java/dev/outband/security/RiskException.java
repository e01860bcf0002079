package dev.outband.security;

import java.io.IOException;

/**
 * A server does not start because of a {@link Risk} that nobody has taken charge of. The message is
 * one line that names the setting, its value and what comes of it.
 */
public final class RiskException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The first risk that was found. */
  private final Risk risk;

  RiskException(Risk risk, String setting) {
    super("refused to start: " + setting + ": " + risk.consequence() + ", risk=" + risk);
    this.risk = risk;
  }

  /** The first risk that was found. */
  public Risk risk() {
    return risk;
  }
}
