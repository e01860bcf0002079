package dev.outband.cli;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.IdentityException;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.PolicyException;
import dev.outband.security.RiskException;
import dev.outband.security.SerialFilterException;
import dev.outband.security.pki.PkiException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * What an exception means to the one who typed the command.
 *
 * @param exitCode one of {@link ExitCode}
 * @param line one line that says what and why
 */
record Failure(int exitCode, String line) {

  private static final int MAX_CAUSES = 16;

  static Failure of(Throwable thrown) {
    if (thrown instanceof CommandException e) {
      return new Failure(e.exitCode(), line(e.getMessage()));
    }
    if (thrown instanceof TransferException e) {
      return new Failure(exitCode(e.code()), line(e.getMessage()));
    }
    if (thrown instanceof InterruptedException) {
      return new Failure(ExitCode.FAILED, "interrupted");
    }
    if (thrown instanceof SerialFilterException e) {
      return new Failure(ExitCode.REFUSED, line(e.getMessage()));
    }
    if (thrown instanceof IOException e) {
      return ofInputOutput(e);
    }
    return new Failure(ExitCode.FAILED, line("internal error: " + thrown));
  }

  private static Failure ofInputOutput(IOException e) {
    if (e instanceof IdentityException
        || e instanceof PolicyException
        || e instanceof RiskException) {
      return new Failure(ExitCode.REFUSED, line(e.getMessage()));
    }
    if (e instanceof PkiException pki) {
      return new Failure(exitCode(pki.reason()), line(e.getMessage()));
    }
    if (e instanceof FileSystemException file) {
      return new Failure(ExitCode.FAILED, line(ofFile(file)));
    }
    Optional<PeerRefusedException> refusal = PeerRefusedException.explain(e);
    if (refusal.isPresent()) {
      return new Failure(ExitCode.REFUSED, line(refusal.get().getMessage()));
    }
    return new Failure(
        isUnreachable(e) ? ExitCode.UNREACHABLE : ExitCode.FAILED,
        line(String.valueOf(e.getMessage())));
  }

  private static int exitCode(Code code) {
    return switch (code) {
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case INVALID -> ExitCode.USAGE;
      case FORBIDDEN, PROTECTION_TOO_LOW -> ExitCode.REFUSED;
      case UNREACHABLE, SHUTTING_DOWN -> ExitCode.UNREACHABLE;
      default -> ExitCode.FAILED;
    };
  }

  private static int exitCode(PkiException.Reason reason) {
    return switch (reason) {
      case UNKNOWN -> ExitCode.NOT_FOUND;
      case DAMAGED -> ExitCode.REFUSED;
      case EXISTS, FAILED -> ExitCode.FAILED;
    };
  }

  private static String ofFile(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file: " + e.getFile();
    }
    if (e instanceof AccessDeniedException) {
      return "no permission: " + e.getFile();
    }
    return e.getFile()
        + ": "
        + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
  }

  private static boolean isUnreachable(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof SocketTimeoutException
          || cause instanceof UnknownHostException
          || cause instanceof java.rmi.ConnectException
          || cause instanceof java.rmi.UnknownHostException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** The text as one line: whatever could break or forge a line is replaced. */
  static String line(String text) {
    return text.replaceAll("\\R+\\s*", " ")
        .codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
