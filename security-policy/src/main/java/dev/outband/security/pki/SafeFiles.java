package dev.outband.security.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes files whole or not at all, with their final mode from their first byte. */
final class SafeFiles {
  static final String SECRET = "rw-------";
  static final String PUBLIC = "rw-r--r--";
  private static final String FOLDER = "rwx------";
  private static final String TEMPORARY = ".new-";
  private static final int PEM_COLUMNS = 64;

  private SafeFiles() {}

  /**
   * Writes to a temporary name in the same folder, forces, and moves; a reader sees the old file or
   * the new one.
   */
  static void write(Path target, byte[] content, String mode) throws IOException {
    Path temporary = target.resolveSibling(TEMPORARY + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, creating(), attributes(target, mode))) {
        ByteBuffer remaining = ByteBuffer.wrap(content);
        while (remaining.hasRemaining()) {
          channel.write(remaining);
        }
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    force(target.getParent());
  }

  /**
   * A new folder beside the target, for its owner alone, to be filled and then moved into place.
   */
  static Path temporaryFolder(Path target) throws IOException {
    Path temporary = target.resolveSibling(TEMPORARY + UUID.randomUUID());
    return Files.createDirectory(temporary, attributes(target, FOLDER));
  }

  static Path createFolders(Path folder) throws IOException {
    return Files.createDirectories(folder, attributes(folder, FOLDER));
  }

  static void moveFolder(Path temporary, Path target) throws IOException {
    force(temporary);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    force(target.getParent());
  }

  /** Removes a flat folder that was not moved into place; does nothing if it is gone. */
  static void discard(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Why a file could not be read or written, without its name. */
  static String words(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already and is no folder";
    }
    return e.getReason() == null
        ? "cannot be used (" + e.getClass().getSimpleName() + ")"
        : e.getReason();
  }

  static byte[] pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(PEM_COLUMNS, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static Set<StandardOpenOption> creating() {
    return EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static FileAttribute<?>[] attributes(Path near, String mode) {
    boolean posix = near.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Makes a rename in the folder last; file systems that cannot open a folder need no such thing.
   */
  private static void force(Path folder) throws IOException {
    if (folder == null || !folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
