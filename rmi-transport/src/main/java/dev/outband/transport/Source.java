package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * Where a transmitter takes bytes from. Made by the factories of this type; a source serves one
 * transfer and is closed by the transmitter that it was given to.
 *
 * <p>Files and memory are read on an event loop. Everything else may block, so it is read on a
 * thread of its own, and its length is unknown until it ends.
 */
public abstract sealed class Source permits FileSource, BytesSource, FedSource {

  /** What {@link #read} answers at the end. */
  static final int END = Pipe.END;

  Source() {}

  /**
   * A regular file, read from its start to the end that it has when the transfer starts. A file
   * that shrinks meanwhile ends the transfer with {@link dev.outband.api.Code#SOURCE_FAILED}; one
   * that grows is sent up to its first end.
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
    return new BytesSource(ByteBuffer.wrap(bytes));
  }

  /**
   * What remains of a buffer, whose position and limit are left as they are.
   *
   * @param buffer not copied: do not change its bytes before the transfer has ended
   * @return the source
   */
  public static Source buffer(ByteBuffer buffer) {
    return new BytesSource(buffer.slice());
  }

  /**
   * What a channel gives until its end. A channel that pauses delays nothing: what it gave is sent.
   *
   * @param channel closed by the transmitter, also to end a read that blocks
   * @return the source
   */
  public static Source channel(ReadableByteChannel channel) {
    return FedSource.of(channel);
  }

  /**
   * What a stream gives until its end. A stream that pauses delays nothing: what it gave is sent.
   *
   * @param stream closed by the transmitter, also to end a read that blocks
   * @return the source
   */
  public static Source stream(InputStream stream) {
    return FedSource.of(stream);
  }

  /**
   * What a producer writes until it returns. A producer that pauses delays nothing: what it wrote
   * is sent.
   *
   * @param producer runs on a thread of its own; if it throws, the transfer ends with {@link
   *     dev.outband.api.Code#SOURCE_FAILED}; if the transfer ends first, its next write throws
   * @return the source
   */
  public static Source producer(Producer producer) {
    return FedSource.of(producer);
  }

  /** Writes an object of any length to a channel. */
  @FunctionalInterface
  public interface Producer {

    /**
     * Writes the object. May block; is interrupted when the transfer ends early.
     *
     * @param out takes everything that it is given, and blocks while the receiver is slower
     * @throws IOException if the object cannot be completed
     */
    void produce(WritableByteChannel out) throws IOException;
  }

  /** Opens it; called once, on the thread that asks for the transfer. May block. */
  abstract void open(BlockingThreads threads) throws TransferException;

  /**
   * The length of the object, fixed from {@link #open} on, or {@link Confirmation#UNKNOWN_LENGTH}.
   */
  abstract long length();

  /** Names the content: equal tags mean equal bytes. Empty if the source cannot tell. */
  String contentTag() {
    return "";
  }

  /**
   * Reads from {@code position} on. Runs on an event loop.
   *
   * @return how many bytes, as many as {@code into} takes where the length is known; 0 if there is
   *     nothing yet, and {@link #onReady} calls when there is; {@link #END}
   */
  abstract int read(long position, ByteBuffer into) throws IOException;

  /** Sets what to run, on any thread, when a read that found nothing may be repeated. */
  void onReady(Runnable wake) {}

  /** Whether it can be read again from any position. */
  boolean isRepeatable() {
    return true;
  }

  /** Closes it; idempotent. Does not block. */
  abstract void close();
}
