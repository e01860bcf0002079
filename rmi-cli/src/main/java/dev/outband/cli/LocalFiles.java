package dev.outband.cli;

import dev.outband.transport.FileDestination;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the files that the command line names on this machine, before anything is asked of a
 * server.
 */
final class LocalFiles {

  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  private LocalFiles() {}

  /**
   * The file to write, behind a symbolic link where there is one; it can be written as far as can
   * be told.
   */
  static Path target(Path named) throws CommandException {
    Path target = resolved(named);
    if (Files.isDirectory(target)) {
      throw new CommandException(ExitCode.USAGE, "is a folder, not a file: " + named);
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new CommandException(ExitCode.USAGE, "is no regular file: " + named);
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CommandException(ExitCode.FAILED, "no such folder: " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new CommandException(ExitCode.FAILED, "no permission to write in the folder " + folder);
    }
    return target;
  }

  /** Removes what killed gets of this target left; what cannot be removed stays. */
  static void sweep(Path target) {
    try {
      FileDestination.sweep(target);
    } catch (IOException e) {
      LOG.debug("leftovers are not swept, reason={}", e.toString());
    }
  }

  /** The length of a file to read. */
  static long length(Path file) throws CommandException {
    if (!Files.exists(file)) {
      throw new CommandException(ExitCode.NOT_FOUND, "no such file: " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new CommandException(
          ExitCode.USAGE,
          (Files.isDirectory(file) ? "is a folder, not a file: " : "is no regular file: ") + file);
    }
    if (!Files.isReadable(file)) {
      throw new CommandException(ExitCode.FAILED, "no permission to read " + file);
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot read " + file + ": " + reason(e), e);
    }
  }

  static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getClass().getSimpleName();
  }

  private static Path resolved(Path named) throws CommandException {
    if (!Files.isSymbolicLink(named)) {
      return named;
    }
    try {
      return named.toRealPath();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.USAGE, "is a symbolic link that leads nowhere: " + named, e);
    }
  }
}
