package dev.outband.cli.files;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.FileDestination;
import dev.outband.transport.FileStamp;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;

/**
 * The folder that no path leaves.
 *
 * <p>Every path is walked one name at a time, each folder opened relative to the open folder before
 * it and without following a symbolic link ({@code openat} with {@code O_NOFOLLOW}), and the file
 * itself is opened, created or renamed relative to its open folder. So there is no moment between a
 * check and a use at which a link that is swapped in could lead outside. What it does not protect
 * against: hard links and mounts inside the root, which are the administrator's; and somebody who
 * may write inside the root and puts a named pipe in a file's place between two system calls, which
 * blocks that one call.
 *
 * <p>Safe for use by several threads.
 */
final class FileRoot implements AutoCloseable {

  private static final Path HERE = Path.of(".");

  private final SecureDirectoryStream<Path> root;

  /** Where the root was when it was opened; never used to open a file. */
  private final Path path;

  private FileRoot(SecureDirectoryStream<Path> root, Path path) {
    this.root = root;
    this.path = path;
  }

  /**
   * Opens the root, which may itself be reached through symbolic links.
   *
   * @throws NotDirectoryException if it is no folder
   * @throws IOException if it cannot be opened, or the system cannot open files relative to open
   *     folders
   */
  @SuppressWarnings("StreamResourceLeak") // The root keeps it and closes it.
  static FileRoot open(Path folder) throws IOException {
    Path real = folder.toRealPath();
    DirectoryStream<Path> stream = Files.newDirectoryStream(real);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new FileRoot(secure, real);
    }
    stream.close();
    throw new IOException(
        "this system cannot open files relative to an open folder, which keeps paths inside the"
            + " root");
  }

  /**
   * An open file.
   *
   * @param channel to be closed by whom it is given to
   * @param contentTag names its content; empty if that cannot be told
   */
  record Opened(FileChannel channel, String contentTag) {}

  /** Opens a regular file to read. */
  Opened read(String path) throws TransferException {
    FilePath file = fileName(path);
    try (SecureDirectoryStream<Path> folder = folderOf(file)) {
      Object before = regular(folder, file).fileKey();
      FileChannel channel =
          channel(
              folder.newByteChannel(
                  file.last(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
      try {
        if (!Objects.equals(before, regular(folder, file).fileKey())) {
          throw file.failure(Code.NOT_FOUND, "the file was replaced while it was opened");
        }
        return new Opened(channel, contentTag(file, before));
      } catch (TransferException | IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw refusal(file, e);
    }
  }

  /** What the file system says of the open file, as long as the path leads to it. */
  private String contentTag(FilePath file, Object fileKey) {
    try {
      Path named = path;
      for (Path name : file.names()) {
        named = named.resolve(name);
      }
      FileStamp stamp = FileStamp.of(named, LinkOption.NOFOLLOW_LINKS);
      return fileKey != null && fileKey.equals(stamp.fileKey()) ? stamp.contentTag() : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Where a file of this path comes to be. Checks that it may, and again when it does. */
  FileDestination destination(String path) throws TransferException {
    FilePath file = fileName(path);
    try (SecureDirectoryStream<Path> folder = folderOf(file)) {
      requireReplaceable(folder, file);
    } catch (IOException e) {
      throw refusal(file, e);
    }
    return new RootedDestination(this, file);
  }

  /** A page of a folder's entries in the order of their names; a file is its own only entry. */
  FileEntry[] list(String path, String after) throws TransferException {
    FilePath asked = FilePath.parse(path);
    try (SecureDirectoryStream<Path> above = folderOf(asked)) {
      if (!asked.isRoot() && !attributes(above, asked.last()).isDirectory()) {
        return FolderPage.of(asked.last().toString(), regular(above, asked), after);
      }
      try (SecureDirectoryStream<Path> folder =
          enter(above, asked.isRoot() ? HERE : asked.last(), asked)) {
        return FolderPage.of(folder, after);
      }
    } catch (IOException e) {
      throw refusal(asked, e);
    }
  }

  /**
   * Opens the folder in which the path's last name is, the root for the root. The caller closes it.
   */
  SecureDirectoryStream<Path> folderOf(FilePath path) throws IOException, TransferException {
    SecureDirectoryStream<Path> current = root.newDirectoryStream(HERE, LinkOption.NOFOLLOW_LINKS);
    for (Path name : path.folders()) {
      try (SecureDirectoryStream<Path> above = current) {
        current = enter(above, name, path);
      }
    }
    return current;
  }

  /** Refuses a name that stands for anything but a regular file. */
  static void requireReplaceable(SecureDirectoryStream<Path> folder, FilePath file)
      throws IOException, TransferException {
    try {
      regular(folder, file);
    } catch (NoSuchFileException e) {
      // Nothing is replaced.
    }
  }

  /** What an exception of the file system means to the client. */
  static TransferException refusal(FilePath path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new TransferException(Code.NOT_FOUND, "no such file, path=" + path.shown(), e);
    }
    if (e instanceof AccessDeniedException) {
      return new TransferException(
          Code.FORBIDDEN, "the server has no permission, path=" + path.shown(), e);
    }
    String why =
        e instanceof FileSystemException f && f.getReason() != null ? ": " + f.getReason() : "";
    return new TransferException(
        Code.FORBIDDEN, "the file system refuses" + why + ", path=" + path.shown(), e);
  }

  static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  static FileChannel channel(SeekableByteChannel channel) throws IOException {
    if (channel instanceof FileChannel file) {
      return file;
    }
    channel.close();
    throw new IOException("this system opens no file channels relative to an open folder");
  }

  private static FilePath fileName(String path) throws TransferException {
    FilePath file = FilePath.parse(path);
    if (file.isRoot() || file.endsInSlash()) {
      throw file.failure(Code.INVALID, "names a folder, not a file");
    }
    return file;
  }

  private static SecureDirectoryStream<Path> enter(
      SecureDirectoryStream<Path> above, Path name, FilePath path)
      throws IOException, TransferException {
    BasicFileAttributes attributes = attributes(above, name);
    refuseLink(attributes, path);
    if (!attributes.isDirectory()) {
      throw path.failure(Code.NOT_FOUND, "no such file");
    }
    return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  private static BasicFileAttributes regular(SecureDirectoryStream<Path> folder, FilePath file)
      throws IOException, TransferException {
    BasicFileAttributes attributes = attributes(folder, file.last());
    refuseLink(attributes, file);
    if (attributes.isDirectory()) {
      throw file.failure(Code.INVALID, "is a folder, not a file");
    }
    if (!attributes.isRegularFile()) {
      throw file.failure(Code.INVALID, "is neither a file nor a folder");
    }
    return attributes;
  }

  private static void refuseLink(BasicFileAttributes attributes, FilePath path)
      throws TransferException {
    if (attributes.isSymbolicLink()) {
      throw path.failure(Code.FORBIDDEN, "symbolic links are not followed");
    }
  }

  @Override
  public void close() throws IOException {
    root.close();
  }
}
