package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where a transmitter takes bytes from. Made by the factories of this type; a source serves one transfer.
 */
public abstract sealed class Source permits FileSource, BytesSource {

  Source() {}

  /**
   * A regular file, read from its start to the end that it has when the transfer starts. A file that shrinks
   * meanwhile ends the transfer with {@link dev.outband.api.Code#SOURCE_FAILED}; one that grows is sent to its first end.
   *
   * @param path the file; opened when the transfer starts, following symbolic links
   * @return the source
   */
  public static Source file(Path path) {
    return new FileSource(path);
  }

  /**
   * An open file, as {@link #file(Path)}.
   *
   * @param channel open for reading; closed by the transmitter
   * @return the source
   */
  public static Source file(FileChannel channel) {
    return new FileSource(channel);
  }

  /**
   * Bytes in memory.
   *
   * @param bytes not copied: do not change them before the transfer has ended
   * @return the source
   */
  public static Source bytes(byte[] bytes) {
    return new BytesSource(bytes);
  }
}
