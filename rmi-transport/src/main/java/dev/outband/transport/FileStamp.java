package dev.outband.transport;

import dev.outband.api.Confirmation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a file in one look: which file it is, and a content tag that changes
 * with whatever is done to its content.
 *
 * <p>The tag is made of the file's inode, size, modification time and change time, in nanoseconds.
 * The change time is the kernel's own and cannot be set back, so a file of the same length with the
 * same modification time is told apart. The tag is empty, for "cannot tell", where the file system
 * has no change time, and as long as the file was changed less than two seconds ago: its next
 * change might carry the same time. It is no digest of the content: a copy of the file has another
 * tag.
 *
 * @param fileKey what identifies the file on this machine, or null if the file system has no such
 *     thing
 * @param isRegular whether it is a regular file
 * @param bytes its length
 * @param contentTag the tag, or empty
 */
public record FileStamp(Object fileKey, boolean isRegular, long bytes, String contentTag) {

  private static final String ATTRIBUTES =
      "unix:fileKey,isRegularFile,size,ino,lastModifiedTime,ctime";
  private static final Duration UNTIL_TAGGED = Duration.ofSeconds(2);
  private static final int TAG_BYTES = 16;

  /** Checks that there is a tag, if an empty one. */
  public FileStamp {
    if (contentTag.length() > Confirmation.MAX_CONTENT_TAG_CHARS) {
      throw new IllegalArgumentException(
          "contentTag length must be 0.."
              + Confirmation.MAX_CONTENT_TAG_CHARS
              + ", not "
              + contentTag.length());
    }
  }

  /**
   * Looks at a file. May block on the file system.
   *
   * @param path the file
   * @param options whether to follow a symbolic link
   * @return what is there now
   * @throws IOException if there is nothing to look at
   */
  public static FileStamp of(Path path, LinkOption... options) throws IOException {
    return of(path, Instant.now(), options);
  }

  static FileStamp of(Path path, Instant now, LinkOption... options) throws IOException {
    try {
      return of(Files.readAttributes(path, ATTRIBUTES, options), now);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // A file system without a change time.
      BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class, options);
      return new FileStamp(basic.fileKey(), basic.isRegularFile(), basic.size(), "");
    }
  }

  private static FileStamp of(Map<String, Object> attributes, Instant now) {
    FileTime changed = (FileTime) attributes.get("ctime");
    boolean settled = changed.toInstant().isBefore(now.minus(UNTIL_TAGGED));
    return new FileStamp(
        attributes.get("fileKey"),
        Objects.equals(attributes.get("isRegularFile"), true),
        (Long) attributes.get("size"),
        settled ? tag(attributes, changed) : "");
  }

  private static String tag(Map<String, Object> attributes, FileTime changed) {
    FileTime modified = (FileTime) attributes.get("lastModifiedTime");
    String said =
        attributes.get("ino")
            + "|"
            + attributes.get("size")
            + "|"
            + modified.to(TimeUnit.NANOSECONDS)
            + "|"
            + changed.to(TimeUnit.NANOSECONDS);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(said.getBytes(StandardCharsets.US_ASCII));
      return "file-" + HexFormat.of().formatHex(digest, 0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
