package dev.outband.transport;

import dev.outband.api.TransferException;
import dev.outband.transport.wire.FrameHeader;
import java.nio.ByteBuffer;

/**
 * Cuts what a socket gives into frames. Holds an array only while a frame is partly there, and
 * provides it only after the frame's length has been checked. Confined to the loop's thread.
 */
final class FrameReader {

  private final Scratch scratch;
  private final byte[] header = new byte[FrameHeader.BYTES];
  private int filled;
  private int frameBytes;
  private byte[] partial;
  private byte[] lent;

  FrameReader(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * The next whole frame, or null if {@code in} does not complete one. The array is good until the
   * next call; {@link #frameBytes()} is how much of it counts.
   */
  byte[] next(ByteBuffer in, Session session) throws TransferException {
    giveBackLent();
    if (partial == null) {
      if (!headerComplete(in)) {
        return null;
      }
      frameBytes = FrameHeader.frameBytes(header, session.maxSegmentBytes());
      while (FrameHeader.isClear(header)) {
        if (!session.receivedClear(header, in)) {
          return null;
        }
        filled = 0;
        if (!headerComplete(in)) {
          return null;
        }
        frameBytes = FrameHeader.frameBytes(header, session.maxSegmentBytes());
      }
      boolean whole = in.remaining() >= frameBytes - FrameHeader.BYTES;
      partial = whole ? scratch.frame : scratch.borrowFrame(frameBytes);
      System.arraycopy(header, 0, partial, 0, FrameHeader.BYTES);
    }
    int take = Math.min(in.remaining(), frameBytes - filled);
    in.get(partial, filled, take);
    filled += take;
    return filled < frameBytes ? null : lend();
  }

  /** Whether nothing of a further frame has come. */
  boolean isBetweenFrames() {
    return filled == 0;
  }

  /** How many bytes of a frame that is not complete are held. */
  int held() {
    return partial == null ? 0 : filled;
  }

  int frameBytes() {
    return frameBytes;
  }

  void release() {
    giveBackLent();
    if (partial != null) {
      scratch.giveBackFrame(partial);
      partial = null;
    }
  }

  private boolean headerComplete(ByteBuffer in) {
    int take = Math.min(in.remaining(), FrameHeader.BYTES - filled);
    in.get(header, filled, take);
    filled += take;
    return filled == FrameHeader.BYTES;
  }

  private byte[] lend() {
    byte[] whole = partial;
    lent = whole == scratch.frame ? null : whole;
    partial = null;
    filled = 0;
    return whole;
  }

  private void giveBackLent() {
    if (lent != null) {
      scratch.giveBackFrame(lent);
      lent = null;
    }
  }
}
