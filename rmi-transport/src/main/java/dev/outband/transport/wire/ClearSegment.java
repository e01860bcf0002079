package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A part of an object in clear while it comes in: header, content, CRC32C of both (4 bytes,
 * big-endian). The checksum finds what a network breaks. It does not find what an attacker changes:
 * whoever can change bytes can make the checksum fit.
 */
public final class ClearSegment {

  static final int CRC_BYTES = 4;
  static final int LAST_BYTES = FrameHeader.BYTES + 32 + FrameHeader.TAG_BYTES;

  private final SegmentCipher segments;
  private final byte[] header;
  private final CRC32C crc = new CRC32C();
  private int contentLeft;
  private int sumLeft = CRC_BYTES;
  private int sum;

  ClearSegment(SegmentCipher segments, byte[] header) {
    this.segments = segments;
    this.header = header.clone();
    this.contentLeft = FrameHeader.payloadBytes(header) - CRC_BYTES;
    crc.update(this.header);
  }

  /**
   * Takes what has come.
   *
   * @param in advanced past what belongs to this segment
   * @return the content in it, perhaps empty; to be used before {@code in} is
   */
  public ByteBuffer content(ByteBuffer in) {
    int count = Math.min(contentLeft, in.remaining());
    ByteBuffer part = in.slice(in.position(), count);
    in.position(in.position() + count);
    crc.update(part.duplicate());
    contentLeft -= count;
    return part;
  }

  /**
   * Takes the checksum, as far as it has come.
   *
   * @param in advanced past what belongs to this segment
   * @return whether the segment is complete, and as it was sent
   * @throws TransferException {@link Code#CORRUPT} if the checksum is another one
   */
  public boolean complete(ByteBuffer in) throws TransferException {
    if (contentLeft > 0) {
      return false;
    }
    for (; sumLeft > 0 && in.hasRemaining(); sumLeft--) {
      sum = sum << 8 | in.get() & 0xff;
    }
    if (sumLeft > 0) {
      return false;
    }
    if (sum != (int) crc.getValue()) {
      segments.poison();
      throw new TransferException(Code.CORRUPT, "a segment in clear has another checksum");
    }
    segments.digestedClear(header, sum);
    return true;
  }
}
