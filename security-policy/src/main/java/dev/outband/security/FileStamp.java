package dev.outband.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What tells two states of a file apart without reading it.
 *
 * @param modified its time
 * @param bytes its length
 * @param key what the file system knows it by
 */
record FileStamp(FileTime modified, long bytes, Object key) {
  /** There is no such file. */
  static final FileStamp ABSENT = new FileStamp(FileTime.fromMillis(0), -1, "absent");

  static FileStamp of(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (NoSuchFileException e) {
      return ABSENT;
    }
  }
}
