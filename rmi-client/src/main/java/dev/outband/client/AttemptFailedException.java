package dev.outband.client;

/** A call that one server did not answer; what to tell the caller, and whether the call ran. */
final class AttemptFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the server has done. */
  enum Ran {
    /** Certainly nothing: the server was not reached, or refused before the method was entered. */
    NEVER,
    /** Perhaps something: the connection was lost, or the deadline passed, before the answer. */
    MAYBE,
    /** What it was asked for, or it said no: another server would say the same. */
    ANSWERED
  }

  /** How far it came. */
  private final Ran ran;

  AttemptFailedException(Ran ran, Exception plain) {
    super(plain.getMessage(), plain, false, false);
    this.ran = ran;
  }

  Ran ran() {
    return ran;
  }

  /** What the caller is told if this attempt was the last one. */
  Exception plain() {
    return (Exception) getCause();
  }
}
