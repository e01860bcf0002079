package dev.outband.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.IOUtils;

/**
 * A part of an object that outlives the process that receives it: the bytes in {@code
 * .NAME.outband-part} beside the target, and in {@code .NAME.outband-part-record} what they are.
 * Locked by the one process that writes it. Not safe for use by several threads.
 */
final class PartFile {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int MAX_NAME_CHARS = 64;
  private static final int HASH_BYTES = 8;

  private final Path target;
  private final Path part;
  private final Path record;
  private final String boot;
  private FileChannel channel;

  /** The record that lies there; null if none does that is right. */
  private PartRecord recorded;

  PartFile(Path path) throws IOException {
    target = path.toAbsolutePath();
    Path name = target.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("a file needs a name, and " + path + " has none");
    }
    part = target.resolveSibling("." + unique(name.toString()) + ".outband-part");
    record = part.resolveSibling(part.getFileName() + "-record");
    boot = boot();
  }

  /** A name that fits and that no other name of the folder leads to. */
  private static String unique(String name) {
    if (name.length() <= MAX_NAME_CHARS) {
      return name;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      int kept = Character.isHighSurrogate(name.charAt(MAX_NAME_CHARS - 1)) ? 1 : 0;
      return name.substring(0, MAX_NAME_CHARS - kept)
          + "~"
          + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String boot() {
    try {
      return Files.readString(BOOT_ID).trim();
    } catch (IOException e) {
      return "";
    }
  }

  /** Opens and locks what is there; null, with nothing open, if there is nothing. */
  FileChannel openExisting() throws IOException {
    try {
      open(Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
      return channel;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Makes and locks it. */
  FileChannel create() throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder");
    }
    Path folder = target.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    open(
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS));
    return channel;
  }

  private void open(Set<java.nio.file.OpenOption> options) throws IOException {
    FileChannel opened = FileChannel.open(part, options);
    boolean locked = false;
    try {
      FileLock lock = opened.tryLock();
      locked = lock != null;
    } catch (OverlappingFileLockException e) {
      // By this process.
    } finally {
      if (!locked) {
        IOUtils.closeQuietly(opened);
      }
    }
    if (!locked) {
      throw new FileSystemException(
          target.toString(), null, "another transfer receives into it, see " + part.getFileName());
    }
    channel = opened;
  }

  /**
   * What the open part holds. Under the same running of the operating system that is all of it: it
   * was written behind verification, and what a killed process wrote is not lost. After another
   * start of the machine it is what was forced to disk.
   *
   * @throws OddPartException with the reason if that cannot be told
   */
  Held held() throws IOException, OddPartException {
    Optional<PartRecord> read;
    try {
      read = PartRecord.read(record);
    } catch (NoSuchFileException e) {
      throw new OddPartException("nothing says what the part beside it is");
    }
    PartRecord said =
        read.orElseThrow(() -> new OddPartException("the record of the part is damaged"));
    if (!said.fileKey().equals(fileKey())) {
      throw new OddPartException("the record is of another part");
    }
    long size = channel.size();
    if (size < said.forced() || size > said.bytes()) {
      throw new OddPartException(
          "the part does not fit its record, bytes="
              + size
              + ", forced="
              + said.forced()
              + ", object="
              + said.bytes());
    }
    recorded = said;
    boolean sameBoot = !boot.isEmpty() && boot.equals(said.boot());
    long surely = sameBoot ? size : said.forced();
    return surely == 0 ? Held.NOTHING : new Held(surely, said.contentTag());
  }

  /** What the right record that lies there says; null if there is none. */
  PartRecord recorded() {
    return recorded;
  }

  /** Says what the part is. */
  void record(String contentTag, long bytes, long forced) throws IOException {
    PartRecord next = new PartRecord(contentTag, bytes, forced, boot, fileKey());
    if (!next.equals(recorded)) {
      next.write(record, forced > 0);
      recorded = next;
    }
  }

  /** Makes sure that no record speaks of what will be in the part, also after a power cut. */
  void forget() throws IOException {
    recorded = null;
    if (Files.deleteIfExists(record)) {
      PathDestination.forceFolder(target);
    }
  }

  /** Gives the part, forced, its final name. */
  void publish() throws IOException {
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    PathDestination.forceFolder(target);
    Files.deleteIfExists(record);
  }

  void remove() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(record);
  }

  private String fileKey() throws IOException {
    Object key =
        Files.readAttributes(part, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    return String.valueOf(key).replaceAll("\\s", "");
  }

  /** Why a part cannot be gone on with. */
  static final class OddPartException extends Exception {
    private static final long serialVersionUID = 1L;

    OddPartException(String message) {
      super(message);
    }
  }
}
