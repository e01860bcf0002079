package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where a transmitter takes bytes from. Made by the factories of this type; a source serves one transfer and is closed by
 * the transmitter that it was given to.
 */
public abstract sealed class Source permits FileSource, BytesSource {

  Source() {}

  /**
   * A regular file, read from its start to the end that it has when the transfer starts. A file that shrinks
   * meanwhile ends the transfer with {@link dev.outband.api.Code#SOURCE_FAILED}; one that grows is sent up to its first
   * end.
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

  /** Opens it; called once, on the thread that asks for the transfer. May block. */
  abstract void open() throws TransferException;

  /** The length of the object, known from {@link #open} on. */
  abstract long length();

  /** Names the content: equal tags mean equal bytes. Empty if the source cannot tell. */
  abstract String contentTag();

  /**
   * Reads exactly {@code count} bytes from {@code position} on to the start of {@code into}.
   *
   * @param through a direct buffer of at least {@code count} bytes to use on the way
   */
  abstract void read(long position, byte[] into, int count, ByteBuffer through) throws IOException;

  /** Closes it; idempotent. */
  abstract void close();
}
