package dev.outband.transport;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that comes to be in one step: its bytes go to a temporary one, which takes the final name
 * when it is complete.
 *
 * <p>The data plane calls the methods in the order of their declaration, each at most once and
 * never two at a time, and exactly one of {@link #publish} and {@link #discard} after a successful
 * {@link #create}. Implement it where a path is not enough, as for a service whose clients name
 * files and must not leave a folder.
 */
public interface FileDestination {

  /**
   * A destination at a path: the temporary file lies beside it under a hidden name.
   *
   * @param path the final name; an existing file is replaced
   * @return the destination
   */
  static FileDestination at(Path path) {
    return new PathDestination(path);
  }

  /**
   * Removes the temporary files of destinations {@link #at} this path whose process was killed.
   * Those of living processes are locked and stay, as do all where the file system has no locks.
   * May block on the file system.
   *
   * @param path the final name
   * @throws IOException if the folder cannot be read or a leftover not be removed
   */
  static void sweep(Path path) throws IOException {
    PathDestination.sweep(path);
  }

  /**
   * Creates the temporary file, which must not exist yet. May block on the file system.
   *
   * @return a channel at position 0, open for writing; the data plane closes it
   * @throws IOException if the file cannot be made
   */
  FileChannel create() throws IOException;

  /**
   * Gives the temporary file, forced and closed by now, its final name atomically. May block on the
   * file system.
   *
   * @throws IOException if it cannot be moved; {@link #discard} is called next
   */
  void publish() throws IOException;

  /**
   * Removes the temporary file. May block on the file system.
   *
   * @throws IOException if it cannot be removed
   */
  void discard() throws IOException;
}
