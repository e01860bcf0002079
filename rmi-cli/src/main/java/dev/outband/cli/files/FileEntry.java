package dev.outband.cli.files;

import java.io.Serializable;
import java.util.Objects;

/**
 * One name in a folder.
 *
 * @param name the last name of the path, 1 to {@value #MAX_NAME_CHARS} characters without {@code /}
 * @param kind what it is
 * @param bytes a file's length, 0 for a folder
 * @param modifiedMs when it was last changed, in milliseconds since 1970-01-01T00:00:00Z
 */
public record FileEntry(String name, Kind kind, long bytes, long modifiedMs)
    implements Serializable {

  /** What a name in a folder stands for. */
  public enum Kind {
    /** A regular file. */
    FILE,
    /** A folder. */
    FOLDER
  }

  /** The longest name: {@value} characters. */
  public static final int MAX_NAME_CHARS = 255;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the entry arrives from another process.
   *
   * @throws IllegalArgumentException if the name is no single name or the length is negative
   */
  public FileEntry {
    if (name.isEmpty()
        || name.length() > MAX_NAME_CHARS
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "entry name must be one name of 1.."
              + MAX_NAME_CHARS
              + " characters, not of "
              + name.length());
    }
    Objects.requireNonNull(kind, "kind");
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "entry bytes must be 0.." + Long.MAX_VALUE + ", not " + bytes);
    }
  }
}
