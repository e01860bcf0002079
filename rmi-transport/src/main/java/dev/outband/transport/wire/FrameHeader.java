package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;

/**
 * What every frame starts with: a type of one byte and the length of the rest, three bytes,
 * big-endian.
 *
 * <p>A length is checked against what its type may have before a buffer is provided for it.
 */
public final class FrameHeader {

  /** The length of a header: {@value} bytes. */
  public static final int BYTES = 4;

  /** The length of an authentication tag: {@value} bytes. */
  public static final int TAG_BYTES = 16;

  /** The smallest segment size that may be negotiated: {@value} bytes of content. */
  public static final int MIN_SEGMENT_BYTES = 4096;

  /** The largest segment size that may be negotiated: {@value} bytes of content. */
  public static final int MAX_SEGMENT_BYTES = 1 << 20;

  /** The longest frame that is not a segment, header included: {@value} bytes. */
  public static final int MAX_CONTROL_FRAME_BYTES = 1024;

  private FrameHeader() {}

  static void write(byte[] frame, FrameType type, int payloadBytes) {
    frame[0] = (byte) type.number();
    frame[1] = (byte) (payloadBytes >>> 16);
    frame[2] = (byte) (payloadBytes >>> 8);
    frame[3] = (byte) payloadBytes;
  }

  static int payloadBytes(byte[] frame) {
    return (frame[1] & 0xff) << 16 | (frame[2] & 0xff) << 8 | frame[3] & 0xff;
  }

  /**
   * The type of a frame.
   *
   * @param frame at least the header
   * @return the type
   * @throws TransferException if no frame has this type
   */
  public static FrameType type(byte[] frame) throws TransferException {
    return FrameType.of(frame[0] & 0xff);
  }

  /**
   * The length of a whole frame, checked.
   *
   * @param frame at least the header
   * @param maxSegmentBytes the negotiated segment size
   * @return header and payload, in bytes
   * @throws TransferException if no frame has this type, or one of this type cannot be so short or
   *     so long
   */
  public static int frameBytes(byte[] frame, int maxSegmentBytes) throws TransferException {
    FrameType type = type(frame);
    int payload = payloadBytes(frame);
    int least = type.minPayloadBytes();
    int most = type.isSegment() ? maxSegmentBytes + TAG_BYTES : MAX_CONTROL_FRAME_BYTES - BYTES;
    if (payload < least || payload > most) {
      throw new TransferException(
          Code.PROTOCOL,
          type + " frame length must be " + least + ".." + most + ", not " + payload);
    }
    return BYTES + payload;
  }

  /**
   * Whether a frame is a segment in clear, whose content need not be held until the frame is
   * complete.
   *
   * @param header a header
   * @return true if it is
   */
  public static boolean isClear(byte[] header) {
    return (header[0] & 0xff) == FrameType.CLEAR.number();
  }

  static void require(byte[] frame, int frameBytes, FrameType expected) throws TransferException {
    FrameType type = type(frame);
    if (type != expected) {
      throw new TransferException(Code.PROTOCOL, "expected " + expected + ", not " + type);
    }
    if (frameBytes < BYTES + type.minPayloadBytes() || frameBytes != BYTES + payloadBytes(frame)) {
      throw new TransferException(
          Code.PROTOCOL, type + " frame cannot have " + frameBytes + " bytes");
    }
  }
}
