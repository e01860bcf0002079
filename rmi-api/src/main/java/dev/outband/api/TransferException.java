package dev.outband.api;

import java.util.Objects;
import java.util.UUID;

/**
 * The one checked exception of Outband: why a transfer, or the call that asked for it, did not
 * succeed.
 *
 * <p>It crosses RMI as code, message and transfer id alone: the cause, what was suppressed and the
 * stack stay in the process in which it was made. The message is safe to show to the other side: it
 * holds no secret, no line break and no path that the other side did not name itself.
 */
public final class TransferException extends Exception {

  /** The longest message that crosses the wire: {@value} characters. */
  public static final int MAX_MESSAGE_CHARS = 512;

  private static final long serialVersionUID = 1L;

  /** Serialized with the exception. */
  private final Code code;

  /** Serialized with the exception; null if no transfer was there yet. */
  private final UUID transferId;

  /**
   * A failure of no particular transfer.
   *
   * @param code what went wrong
   * @param message one line that says what and why
   */
  public TransferException(Code code, String message) {
    this(code, message, null, null);
  }

  /**
   * A failure of no particular transfer, with what caused it here.
   *
   * @param code what went wrong
   * @param message one line that says what and why
   * @param cause kept in this process
   */
  public TransferException(Code code, String message, Throwable cause) {
    this(code, message, null, cause);
  }

  /**
   * A failure of one transfer.
   *
   * @param code what went wrong
   * @param message one line that says what and why
   * @param transferId the transfer's id, or null if there is none
   * @param cause kept in this process, or null
   */
  public TransferException(Code code, String message, UUID transferId, Throwable cause) {
    super(Checks.printable(message, MAX_MESSAGE_CHARS), cause);
    this.code = Objects.requireNonNull(code, "code");
    this.transferId = transferId;
  }

  /**
   * What went wrong.
   *
   * @return the code, whose Javadoc says whether to try again
   */
  public Code code() {
    return code == null ? Code.INTERNAL : code;
  }

  /**
   * The transfer that failed.
   *
   * @return its id, or null if the failure came before there was one
   */
  public UUID transferId() {
    return transferId;
  }

  /** Returns the code, the message and, where there is one, the transfer's id. */
  @Override
  // The message alone is what callers show; a log needs the code and the id too.
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return code() + ": " + getMessage() + (transferId == null ? "" : ", transfer=" + transferId);
  }

  private Object writeReplace() {
    boolean bare = getCause() == null && getSuppressed().length == 0 && getStackTrace().length == 0;
    if (bare) {
      return this;
    }
    TransferException copy = new TransferException(code(), getMessage(), transferId, null);
    copy.setStackTrace(new StackTraceElement[0]);
    return copy;
  }
}
