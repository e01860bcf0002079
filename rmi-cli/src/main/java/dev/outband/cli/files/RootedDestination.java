package dev.outband.cli.files;

import dev.outband.api.TransferException;
import dev.outband.transport.FileDestination;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file below a root: written under a hidden name and renamed in the same open folder, so that a
 * link that is swapped in meanwhile leads neither of the two elsewhere.
 */
final class RootedDestination implements FileDestination {

  private static final Logger LOG = LoggerFactory.getLogger(RootedDestination.class);
  private static final Path HERE = Path.of(".");

  private final FileRoot root;
  private final FilePath file;
  private final Path temporary;
  private SecureDirectoryStream<Path> folder;

  RootedDestination(FileRoot root, FilePath file) {
    this.root = root;
    this.file = file;
    this.temporary = TemporaryNames.of(file.last());
  }

  @Override
  public FileChannel create() throws IOException {
    try {
      folder = root.folderOf(file);
    } catch (TransferException e) {
      throw new IOException(e.getMessage(), e);
    }
    try {
      return FileRoot.channel(
          folder.newByteChannel(
              temporary,
              Set.of(
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE_NEW,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public void publish() throws IOException {
    try {
      FileRoot.requireReplaceable(folder, file);
    } catch (TransferException e) {
      throw new IOException(e.getMessage(), e);
    }
    folder.move(temporary, folder, file.last());
    forceNames();
    folder.close();
  }

  @Override
  public void discard() throws IOException {
    try (SecureDirectoryStream<Path> abandoned = folder) {
      abandoned.deleteFile(temporary);
    }
  }

  /**
   * Makes the new name itself durable. Not every file system lets a folder be opened; then it does
   * what it can.
   */
  private void forceNames() {
    try (FileChannel names =
        FileRoot.channel(folder.newByteChannel(HERE, Set.of(StandardOpenOption.READ)))) {
      names.force(true);
    } catch (IOException e) {
      LOG.debug("the folder of the new file cannot be forced, reason={}", e.toString());
    }
  }
}
