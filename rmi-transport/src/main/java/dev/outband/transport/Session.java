package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a data connection is used for at the time: is given what comes in, says what goes out, and
 * decides what a failure means. A connection has one session after another; each hands on to the
 * next.
 *
 * <p>Confined to the loop's thread.
 */
interface Session {

  /** Whether it moves an object now, which keeps the loop busy. */
  default boolean movesBytes() {
    return false;
  }

  /** Whether so much is still to come that a little more may gather before it is read. */
  default boolean mayGather() {
    return false;
  }

  /** The largest segment that may come in now; control frames are bounded by themselves. */
  default int maxSegmentBytes() {
    return 0;
  }

  /**
   * How many bytes may be read now besides those of a frame that are {@code held}; with 0, reading
   * stops until {@link Connection#resumeReading()}.
   */
  default int readable(int held) {
    return Integer.MAX_VALUE;
  }

  /** Bytes have come in. */
  default void progressed(int count) {}

  /**
   * A segment in clear comes in; true when it is complete, false if {@code in} has no more of it.
   */
  default boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
    throw new TransferException(Code.PROTOCOL, "a segment in clear came while none was due");
  }

  /** A whole frame has come in. */
  void received(byte[] frame, int frameBytes) throws TransferException;

  /**
   * Sends what there is to send besides control frames; true if there is more and the socket or the
   * turn is full.
   */
  default boolean pump() throws IOException, TransferException {
    return false;
  }

  /** Whether the socket stands between two frames of {@link #pump()}. */
  default boolean mayInterleave() {
    return true;
  }

  /** The connection that was dialed is there. */
  default void connected() {}

  /** The other end has closed its direction, or both. */
  void ended();

  /** The connection was lost. */
  void lost(IOException why);

  /** The other end broke the protocol or what came does not verify. */
  void broken(TransferException why);

  /** The deadline has passed. */
  void overdue();

  /** A fault in this process, or the loop stops; the connection is still open. */
  void abandoned(TransferException why);

  /** The channel is closed; give back whatever is left. */
  default void closed() {}
}
