package dev.outband.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary file {@code .NAME.outband-RANDOM} beside the target. */
final class PathDestination implements FileDestination {

  private static final Logger LOG = LoggerFactory.getLogger(PathDestination.class);
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final int MAX_NAME_IN_TEMPORARY = 128;
  private static final int UUID_CHARS = 36;
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** A file that is younger may be on its way to its lock. */
  private static final Duration UNTIL_LOCKED = Duration.ofSeconds(10);

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
    FileChannel channel = FileChannel.open(temporary, NEW);
    lock(channel);
    return channel;
  }

  /** Tells {@link #sweep} of other processes that this one is alive, where the system has locks. */
  private static void lock(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      LOG.trace("locked a temporary file, lock={}", lock);
    } catch (IOException e) {
      LOG.debug("a temporary file cannot be locked, reason={}", e.toString());
    }
  }

  /** Removes temporary files of this target that no process holds any more. */
  static void sweep(Path path) throws IOException {
    PathDestination destination = new PathDestination(path);
    String name = destination.temporary.getFileName().toString();
    String start = name.substring(0, name.length() - UUID_CHARS);
    try (DirectoryStream<Path> beside =
        Files.newDirectoryStream(
            destination.target.getParent(),
            file -> isTemporary(file.getFileName().toString(), start))) {
      for (Path leftover : beside) {
        sweepOne(leftover);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static boolean isTemporary(String name, String start) {
    return name.startsWith(start) && UUID_TEXT.matcher(name.substring(start.length())).matches();
  }

  private static void sweepOne(Path leftover) throws IOException {
    FileTime young = FileTime.from(Instant.now().minus(UNTIL_LOCKED));
    if (!Files.isRegularFile(leftover, LinkOption.NOFOLLOW_LINKS)
        || Files.getLastModifiedTime(leftover).compareTo(young) > 0) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(leftover, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(leftover);
        LOG.info("removed what a killed transfer left, file={}", leftover.getFileName());
      }
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      LOG.debug("left alone, file={}, reason={}", leftover.getFileName(), e.toString());
    }
  }

  @Override
  public void publish() throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(target);
  }

  @Override
  public void discard() throws IOException {
    Files.deleteIfExists(temporary);
  }

  /**
   * Makes a name that was given or taken in the target's folder durable. Not every file system lets
   * a folder be opened; then it does what it can.
   */
  static void forceFolder(Path target) {
    try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      LOG.debug("the folder of the new file cannot be forced, reason={}", e.toString());
    }
  }
}
