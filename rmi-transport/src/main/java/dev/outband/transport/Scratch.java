package dev.outband.transport;

import dev.outband.transport.wire.FrameHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one event loop. What a segment needs only while it is worked on is there once for
 * all connections of the loop; what must outlive that (a frame half read, a frame half written) is
 * borrowed. Confined to the loop's thread.
 *
 * <p>Arrays for the cipher and direct buffers for sockets and files: the JDK's AES-GCM is up to
 * three times as fast on arrays.
 */
final class Scratch {

  private static final int KEPT = 8;

  /**
   * How much is read from a socket at a time. What is taken apart at once is still in the
   * processor's cache; a segment at a time, let alone four, would not be.
   */
  private static final int INBOUND_BYTES = 64 * 1024;

  /** A cache line: copies by the kernel and by the JVM are cheaper from and to whole ones. */
  private static final int LINE_BYTES = 64;

  /** What the last frames of an object in clear have more than those of a sealed one. */
  private static final int CLEAR_END = 64;

  /** What was read from a socket and is not taken apart yet. */
  ByteBuffer inbound;

  /** On the way to a file. */
  ByteBuffer through;

  /** The content of one segment. */
  final byte[] plain;

  /** One whole frame. */
  final byte[] frame;

  private final ByteBuffer plainView;
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> outbounds = new ArrayDeque<>();

  Scratch(int segmentBytes) {
    int frameBytes = FrameHeader.BYTES + segmentBytes + FrameHeader.TAG_BYTES;
    inbound = direct(INBOUND_BYTES, 0);
    through = direct(segmentBytes, 0);
    plain = new byte[segmentBytes];
    plainView = ByteBuffer.wrap(plain);
    frame = new byte[Math.max(frameBytes, FrameHeader.MAX_CONTROL_FRAME_BYTES)];
  }

  /**
   * A direct buffer in which a cache line begins at a position.
   *
   * @param position 0 to {@link #LINE_BYTES}
   */
  static ByteBuffer direct(int bytes, int position) {
    // What is aligned is shorter by a line less one byte at either end, at most.
    ByteBuffer lines = ByteBuffer.allocateDirect(bytes + 3 * LINE_BYTES).alignedSlice(LINE_BYTES);
    return lines.slice(LINE_BYTES - position, bytes);
  }

  /** The first {@code count} bytes of {@link #plain}. */
  ByteBuffer content(int count) {
    return plainView.position(0).limit(count);
  }

  /** An array for a frame of which only a part has arrived. */
  byte[] borrowFrame(int bytes) {
    if (bytes <= FrameHeader.MAX_CONTROL_FRAME_BYTES) {
      return new byte[bytes];
    }
    byte[] kept = frames.poll();
    return kept == null ? new byte[frame.length] : kept;
  }

  void giveBackFrame(byte[] borrowed) {
    if (borrowed.length == frame.length && frames.size() < KEPT) {
      frames.push(borrowed);
    }
  }

  /** A direct buffer for a frame that is made, or of which the socket has not taken all. */
  ByteBuffer borrowOutbound() {
    ByteBuffer kept = outbounds.poll();
    return kept == null ? direct(frame.length + CLEAR_END, FrameHeader.BYTES) : kept;
  }

  void giveBackOutbound(ByteBuffer borrowed) {
    if (inbound != null && outbounds.size() < KEPT) {
      outbounds.push(borrowed.clear());
    }
  }

  /**
   * Lets go of the direct memory; whoever still holds a connection of the loop does not hold it.
   */
  void release() {
    inbound = null;
    through = null;
    outbounds.clear();
  }
}
