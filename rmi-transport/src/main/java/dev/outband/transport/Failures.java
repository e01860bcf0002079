package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/**
 * Turns what the operating system says into the codes of the API. Messages name no path: they go to
 * the other side.
 */
final class Failures {

  private Failures() {}

  static TransferException ofConnection(IOException e) {
    return new TransferException(
        Code.CONNECTION_LOST, "the data connection was lost: " + reason(e), e);
  }

  static TransferException ofSource(IOException e) {
    return new TransferException(Code.SOURCE_FAILED, "the source failed: " + reason(e), e);
  }

  static TransferException ofSink(Throwable e) {
    if (e.getCause() instanceof TransferException typed) {
      return typed;
    }
    String said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("no space left")
        || said.contains("quota exceeded")
        || said.contains("file too large")) {
      return new TransferException(Code.NO_SPACE, "the receiver has no space left", e);
    }
    if (e instanceof AccessDeniedException) {
      return new TransferException(Code.FORBIDDEN, "the receiver may not write there", e);
    }
    if (e instanceof NotDirectoryException) {
      return new TransferException(Code.SINK_FAILED, "the folder of the target does not exist", e);
    }
    return new TransferException(Code.SINK_FAILED, "the sink failed: " + reason(e), e);
  }

  private static String reason(Throwable e) {
    if (e instanceof FileSystemException fileSystem) {
      return fileSystem.getReason() == null ? e.getClass().getSimpleName() : fileSystem.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
