package dev.outband.cli;

/** How the command ends. Part of its contract: scripts depend on the numbers. */
final class ExitCode {

  /** Everything that was asked for is done, and verified. */
  static final int DONE = 0;

  /**
   * The command line makes no sense: an unknown option, a malformed URL, a folder where a file must
   * be.
   */
  static final int USAGE = 2;

  /** One of the two ends says no: a certificate, an identity, the policy, a permission. */
  static final int REFUSED = 3;

  /** Nobody answers there, or whoever answers takes no new transfers. */
  static final int UNREACHABLE = 4;

  /**
   * The transfer, the disk, a server's start or end or the demonstration failed; nothing was left
   * under the final name.
   */
  static final int FAILED = 5;

  /** The named file is not there. */
  static final int NOT_FOUND = 6;

  private ExitCode() {}
}
