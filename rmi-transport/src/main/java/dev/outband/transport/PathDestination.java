package dev.outband.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary file {@code .NAME.outband-RANDOM} beside the target. */
final class PathDestination implements FileDestination {

  private static final Logger LOG = LoggerFactory.getLogger(PathDestination.class);
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final int MAX_NAME_IN_TEMPORARY = 128;

  private final Path target;
  private final Path temporary;

  PathDestination(Path path) {
    target = path.toAbsolutePath();
    Path name = target.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("a file needs a name, and " + path + " has none");
    }
    String shown = name.toString();
    String shortened = shown.substring(0, Math.min(shown.length(), MAX_NAME_IN_TEMPORARY / 2));
    temporary = target.resolveSibling("." + shortened + ".outband-" + UUID.randomUUID());
  }

  @Override
  public FileChannel create() throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder");
    }
    Path folder = target.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    return FileChannel.open(temporary, NEW);
  }

  @Override
  public void publish() throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
  }

  @Override
  public void discard() throws IOException {
    Files.deleteIfExists(temporary);
  }

  /**
   * Makes the new name itself durable. Not every file system lets a folder be opened; then it does
   * what it can.
   */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      LOG.debug("the folder of the new file cannot be forced, reason={}", e.toString());
    }
  }
}
