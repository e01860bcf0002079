package dev.outband.client;

import dev.outband.api.Code;
import java.rmi.RemoteException;

/**
 * A call that failed, in one line; the JDK's own would add the causes to its message, over several.
 */
final class CallFailedException extends RemoteException {
  private static final long serialVersionUID = 1L;

  /** The line. */
  private final String line;

  /** What went wrong, which the line says too if it was given. */
  private final Code code;

  CallFailedException(String line, Throwable cause) {
    super(line, cause);
    this.line = line;
    this.code = Code.UNREACHABLE;
  }

  CallFailedException(Code code, String message, Throwable cause) {
    super(code + ": " + message, cause);
    this.line = code + ": " + message;
    this.code = code;
  }

  Code code() {
    return code;
  }

  @Override
  public String getMessage() {
    return line;
  }
}
