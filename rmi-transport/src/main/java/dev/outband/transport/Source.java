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
public abstract sealed class Source permits FileSource, BytesSource, FedSource, StripedSource {

  /** What {@link #read} answers at the end. */
  static final int END = Pipe.END;

  Source() {}

  /**
   * A regular file, read from its start to the end that it has when the transfer starts. A file
   * that shrinks meanwhile ends the transfer with {@link dev.outband.api.Code#SOURCE_FAILED}; one
   * that grows is sent up to its first end.
   *
   * <p>A receiver that holds a part can resume, as long as it is this very file, unchanged: its
   * content tag is that of {@link FileStamp}.
   *
   * @param path the file; opened when the transfer starts, following symbolic links
   * @return the source
   */
  public static Source file(Path path) {
    return new FileSource(path, "");
  }

  /**
   * A regular file whose content the application names, so that a receiver can resume from any copy
   * of it, on whatever server.
   *
   * @param path the file; opened when the transfer starts, following symbolic links
   * @param contentTag names the content, as a digest or a version does: whoever gives one tag to
   *     two contents has receivers join parts of both; 1 to {@value
   *     dev.outband.api.Confirmation#MAX_CONTENT_TAG_CHARS} printable ASCII characters, no space
   * @return the source
   * @throws IllegalArgumentException if the tag is malformed
   */
  public static Source file(Path path, String contentTag) {
    return new FileSource(path, checked(contentTag));
  }

  /**
   * An open file, as {@link #file(Path)}, but without a content tag: a receiver that holds a part
   * cannot resume.
   *
   * @param channel open for reading; closed by the transmitter
   * @return the source
   */
  public static Source file(FileChannel channel) {
    return new FileSource(channel, "");
  }

  /**
   * An open file whose content the application names, as {@link #file(Path, String)}.
   *
   * @param channel open for reading; closed by the transmitter
   * @param contentTag names the content; 1 to {@value
   *     dev.outband.api.Confirmation#MAX_CONTENT_TAG_CHARS} printable ASCII characters, no space
   * @return the source
   * @throws IllegalArgumentException if the tag is malformed
   */
  public static Source file(FileChannel channel, String contentTag) {
    return new FileSource(channel, checked(contentTag));
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

  private static String checked(String contentTag) {
    int most = Confirmation.MAX_CONTENT_TAG_CHARS;
    if (contentTag.isEmpty() || contentTag.length() > most) {
      throw new IllegalArgumentException(
          "contentTag length must be 1.." + most + ", not " + contentTag.length());
    }
    if (!contentTag.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("contentTag must be printable ASCII without a space");
    }
    return contentTag;
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

  /**
   * Whether it can be sent in stripes, each read from a source of its own: there must be a name for
   * the content, so that all are of the same.
   */
  boolean hasStripes() {
    return isRepeatable() && !contentTag().isEmpty();
  }

  /** Whether it can be read again from any position. */
  boolean isRepeatable() {
    return true;
  }

  /**
   * Closes it: what a transmitter does, or whoever made it and gives it to none. Idempotent. Does
   * not block.
   */
  public abstract void close();
}
