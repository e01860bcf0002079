package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a receiver puts bytes. Made by the factories of this type; a sink serves one transfer.
 *
 * <p>Files and memory are written on an event loop. Everything else may block, so it is written on
 * a thread of its own; the transmitter slows down to its pace.
 */
public abstract sealed class Sink
    permits FileSink,
        BytesSink,
        DiscardSink,
        DrainedSink,
        StreamSink,
        ResumableFileSink,
        KeptSink,
        StripeSink {

  Sink() {}

  /**
   * A file: written under a temporary name in the same folder, forced to disk and atomically moved
   * when every byte has been verified. Nobody ever sees a part of it under its final name.
   *
   * @param path the final name; an existing file is replaced
   * @return the sink
   */
  public static Sink file(Path path) {
    return file(FileDestination.at(path));
  }

  /**
   * A file whose part is kept when the transfer fails, or when this process is killed: a sink that
   * is made for the same path later, by this process or another, goes on where this one stopped, if
   * the transmitter still has the same content. Until the receipt the part lies beside the path
   * under a hidden name, with a record of what it is; it is removed when nobody could go on with
   * it. Where part and record do not fit, it starts anew and says why ({@link
   * ResumableFileSink#oddity}); nothing is overwritten before a transmitter is there.
   *
   * <p>Holds a lock on the part from now on, until its transfer has ended, so give it to a
   * reception or to a series. May block on the file system.
   *
   * @param path the final name; an existing file is replaced
   * @return the sink
   * @throws IOException if another transfer receives into the file, or its part cannot be opened
   */
  public static ResumableFileSink resumableFile(Path path) throws IOException {
    return new ResumableFileSink(path, Duration.ofSeconds(ResumableFileSink.CHECKPOINT_SECONDS));
  }

  /**
   * A file of your own making.
   *
   * @param destination makes, publishes and discards it
   * @return the sink
   */
  public static Sink file(FileDestination destination) {
    return new FileSink(destination);
  }

  /**
   * Memory. Take the bytes from {@link BytesSink#toByteArray()} when there is a receipt.
   *
   * @param limit the most bytes that it takes, 0 or more; more ends the transfer with {@link
   *     dev.outband.api.Code#LIMIT_EXCEEDED}
   * @return the sink
   */
  public static BytesSink bytes(int limit) {
    return new BytesSink(limit);
  }

  /**
   * A channel. It gets bytes as they come, verified unless the level is AUTHENTICATION; whether
   * they were all, only the receipt says.
   *
   * @param channel not closed; must block rather than take nothing
   * @return the sink
   */
  public static Sink channel(WritableByteChannel channel) {
    return new DrainedSink(channel, () -> {});
  }

  /**
   * A stream. It gets bytes as they come, verified unless the level is AUTHENTICATION; whether they
   * were all, only the receipt says. Flushed before the receipt.
   *
   * @param stream not closed
   * @return the sink
   */
  public static Sink stream(OutputStream stream) {
    return new DrainedSink(Channels.newChannel(stream), stream::flush);
  }

  /**
   * A stream to read from. Take it from {@link StreamSink#inputStream()}.
   *
   * @return the sink
   */
  public static StreamSink input() {
    return new StreamSink();
  }

  /**
   * Nowhere: bytes are verified and dropped, to measure or to test.
   *
   * @return the sink
   */
  public static Sink discard() {
    return new DiscardSink();
  }

  /** Which of several streams it takes. */
  int stream() {
    return 0;
  }

  /** How many streams carry the object that it takes one of. */
  int streams() {
    return 1;
  }

  /** Whether {@link #writeAt} works, and {@link #write} may never be called. */
  boolean takesStripes() {
    return false;
  }

  /** The most bytes that it takes. */
  long limit() {
    return Long.MAX_VALUE;
  }

  /** What it holds already of the object that it is for. */
  Held held() {
    return Held.NOTHING;
  }

  /** The least protection of the bytes that it takes. */
  Protection floor() {
    return Protection.AUTHENTICATION;
  }

  /**
   * Whether nobody looks at what it has before the receipt, so that it may get the bytes all at
   * once, when somebody waits for the receipt.
   */
  boolean takesInband() {
    return true;
  }

  /** What will come, before {@link #open}. Runs on an event loop, does not block. */
  void announced(OpenRequest object) {}

  /** Readies it. Runs on a disk thread if it {@link #mayBlock}. */
  abstract void open(BlockingThreads threads) throws IOException, TransferException;

  /**
   * Readies it again, for another reception after the one that opened it. Runs on a disk thread,
   * may block.
   */
  void openedAgain() throws IOException, TransferException {}

  /**
   * How many bytes it takes now besides those that are {@code held} for it already; if none, {@link
   * #onRoom} calls when that may have changed. Runs on an event loop.
   */
  int room(int held) {
    return Integer.MAX_VALUE;
  }

  /** Sets what to run, on any thread, when a sink without room has some again. */
  void onRoom(Runnable wake) {}

  /**
   * Takes verified bytes, all of them. Runs on an event loop, does not block; or on the thread that
   * delivers what came with a reply, if it {@link #takesInband}.
   *
   * @param content at most {@link #room}
   * @param through a buffer of at least as many bytes to use on the way; direct on an event loop
   */
  abstract void write(ByteBuffer content, ByteBuffer through) throws IOException;

  /**
   * Takes verified bytes that belong at {@code position}, all of them; what was written there
   * before is replaced. Runs on an event loop, does not block; at once with others for other bytes.
   */
  void writeAt(long position, ByteBuffer content, ByteBuffer through) throws IOException {
    throw new UnsupportedOperationException("the sink takes bytes in their order only");
  }

  /**
   * Forgets what it has taken from {@code position} on; false if it cannot. Runs on an event loop,
   * or between two receptions.
   */
  boolean rewind(long position) throws IOException {
    return false;
  }

  /** Makes the bytes its own, for good. Runs on a thread that may block if it {@link #mayBlock}. */
  abstract void commit() throws IOException;

  /**
   * Drops whatever it has; idempotent, and harmless before {@link #open} and after {@link #commit}.
   * May block.
   */
  abstract void drop() throws IOException;

  /**
   * Whether {@link #open} and {@link #commit} may block. If not, they run on the event loop: a
   * short object has none of the time that it takes to wake another thread, twice.
   */
  boolean mayBlock() {
    return true;
  }

  /**
   * Whether {@link #commit} waits for somebody else's code, and so belongs on a blocking thread.
   */
  boolean commitsSlowly() {
    return false;
  }
}
