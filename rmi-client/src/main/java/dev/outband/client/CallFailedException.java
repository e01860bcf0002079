package dev.outband.client;

import java.rmi.RemoteException;

/**
 * A call that failed, in one line; the JDK's own would add the causes to its message, over several.
 */
final class CallFailedException extends RemoteException {
  private static final long serialVersionUID = 1L;

  /** The line. */
  private final String line;

  CallFailedException(String line, Throwable cause) {
    super(line, cause);
    this.line = line;
  }

  @Override
  public String getMessage() {
    return line;
  }
}
