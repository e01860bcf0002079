package dev.outband.security;

import java.io.IOException;

/**
 * A policy cannot be used as it is written. The message is one line that names the file, the line,
 * the column and what is wrong there: {@code policy.toml:12:1: unknown key "methode" in a rule}.
 */
public final class PolicyException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Where in the file; 0 where the file as a whole is meant. */
  private final int line;

  /** Where in the line; 0 where the file as a whole is meant. */
  private final int column;

  PolicyException(String origin, Place place, String problem) {
    super(origin + ":" + place.line() + ":" + place.column() + ": " + problem);
    this.line = place.line();
    this.column = place.column();
  }

  PolicyException(String origin, String problem, Throwable cause) {
    super(origin + ": " + problem, cause);
    this.line = 0;
    this.column = 0;
  }

  /**
   * A place in a policy.
   *
   * @param line 1 or more
   * @param column 1 or more
   */
  record Place(int line, int column) {}

  /** The line, 1 or more; 0 where the file as a whole is meant. */
  public int line() {
    return line;
  }

  /** The column, 1 or more; 0 where the file as a whole is meant. */
  public int column() {
    return column;
  }
}
