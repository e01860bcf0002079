package dev.outband.security;

import dev.outband.api.TransferException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The bytes of a short object that go ahead of the reply to a call, on the call's own connection
 * and sealed by its TLS, without being in memory as a whole and without RMI's serialization:
 *
 * <pre>
 *   mark     1 byte    0x42, with which no message of RMI begins
 *   id       16 bytes  the ticket's
 *   length   4 bytes   1 or more
 *   bytes    length
 *   end      1 byte    1: these are the bytes; 0: they could not be had, and are none of them
 * </pre>
 *
 * <p>The server sends them on the thread that serves the call. A client takes them on the thread
 * that waits for the reply, if it {@linkplain #expect expects} them; otherwise the connection is of
 * no use any more.
 */
public final class BytesAhead {

  /** With what they begin. */
  static final int MARK = 0x42;

  /** So much at least has to move in the time that a message, or a write, may take. */
  static final int PIECE_BYTES = 64 << 10;

  static final int HEAD_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES;
  private static final int WHOLE = 1;
  private static final int BROKEN = 0;

  private static final ThreadLocal<Taker> TAKER = new ThreadLocal<>();

  /** Where a server has the bytes from. */
  @FunctionalInterface
  public interface Filler {

    /**
     * Puts the next bytes into a buffer.
     *
     * @param into all of it; not to be used any more after the call
     * @throws TransferException if the bytes cannot be had
     */
    void fill(ByteBuffer into) throws TransferException;
  }

  /** Where a client puts the bytes. Called on the thread that expects them. */
  public interface Taker {

    /**
     * Has room for what is about to come; what came before of the same ticket is void.
     *
     * @param id the ticket's
     * @param length how many bytes, 1 or more
     * @return at least so long; the bytes are put at its beginning
     * @throws IOException if that was not asked for, or more than was
     */
    byte[] room(UUID id, int length) throws IOException;

    /**
     * They are all there.
     *
     * @param id the ticket's
     */
    void taken(UUID id);
  }

  /** For how long they are expected. */
  public static final class Expectation implements AutoCloseable {
    private final Taker before;

    private Expectation(Taker before) {
      this.before = before;
    }

    @Override
    public void close() {
      if (before == null) {
        TAKER.remove();
      } else {
        TAKER.set(before);
      }
    }
  }

  private BytesAhead() {}

  /**
   * Whether this thread serves a call of a {@link ControlPort}, so that {@link #send} has where to
   * send.
   */
  public static boolean areServed() {
    return CallInput.isServed();
  }

  /**
   * Sends bytes ahead of the reply to the call that this thread serves. Blocks while the caller
   * does not read, each 64 KiB at the longest for {@link ControlLimits#writeDeadline}.
   *
   * @param id the ticket's
   * @param length how many bytes, 1 or more
   * @param filler called on this thread, until it has filled so many
   * @throws TransferException what the filler throws; the caller is told that the bytes are void
   * @throws IOException if the connection fails; the reply will not arrive, either
   * @throws IllegalArgumentException if the length is less than 1
   * @throws IllegalStateException if this thread serves no call
   */
  public static void send(UUID id, int length, Filler filler)
      throws TransferException, IOException {
    if (length < 1) {
      throw new IllegalArgumentException("bytes ahead must be at least 1, not " + length);
    }
    CallInput.streams().sendAhead(id, length, filler);
  }

  /**
   * Takes what comes ahead of the replies to this thread's calls, until it is closed.
   *
   * @param taker where to put it
   * @return what ends it, and goes back to what was expected before
   */
  public static Expectation expect(Taker taker) {
    Taker before = TAKER.get();
    TAKER.set(taker);
    return new Expectation(before);
  }

  /** Writes what is before the bytes. */
  static byte[] head(UUID id, int length) {
    return ByteBuffer.allocate(HEAD_BYTES)
        .put((byte) MARK)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putInt(length)
        .array();
  }

  /** What is behind the bytes. */
  static byte end(boolean isWhole) {
    return (byte) (isWhole ? WHOLE : BROKEN);
  }

  /**
   * Reads what follows a mark. Each {@value #PIECE_BYTES} bytes have the time of a message, and
   * none of them count for the length of the message behind them.
   */
  static void take(MeteredStreams streams) throws IOException {
    InputStream in = streams.input();
    Taker taker = TAKER.get();
    if (taker == null) {
      throw new IOException("bytes ahead of the reply were not asked for");
    }
    ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES - 1));
    if (head.remaining() < HEAD_BYTES - 1) {
      throw new EOFException("the connection ended ahead of the reply");
    }
    UUID id = new UUID(head.getLong(), head.getLong());
    int length = head.getInt();
    if (length < 1) {
      throw new IOException("bytes ahead of the reply must be at least 1, not " + length);
    }
    byte[] room = taker.room(id, length);
    int read = 0;
    int end = 0;
    for (int piece = 1; piece > 0 && read < length; read += piece) {
      streams.nextMessage();
      piece = in.readNBytes(room, read, Math.min(length - read, streams.pieceBytes()));
    }
    if (read == length) {
      streams.nextMessage();
      end = in.read();
    }
    if (read < length || end < 0) {
      throw new EOFException("the connection ended ahead of the reply");
    }
    streams.nextMessage();
    if (end == WHOLE) {
      taker.taken(id);
    } else if (end != BROKEN) {
      throw new IOException("bytes ahead of the reply must end with 0 or 1, not " + end);
    }
  }
}
