package dev.outband.transport.wire;

import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;

/** Turns content into segments, in order. Not safe for use by several threads. */
public final class SegmentSealer {

  private final SegmentCipher segments;
  private final byte[] header = new byte[FrameHeader.BYTES];
  private final CRC32C crc = new CRC32C();

  SegmentSealer(AesGcm aes, byte[] key, byte[] prefix) {
    segments = new SegmentCipher(aes, Cipher.ENCRYPT_MODE, key, prefix);
  }

  /**
   * Seals the next part of the object.
   *
   * @param plain the content, at most the negotiated segment size
   * @param plainBytes how much of it
   * @param last whether the object ends with it
   * @param frame takes the frame: header, ciphertext, tag
   * @return the length of the frame
   * @throws TransferException if there have been too many segments, or the last one has been sealed
   *     already
   */
  public int seal(byte[] plain, int plainBytes, boolean last, byte[] frame)
      throws TransferException {
    if (plainBytes == 0 && !last) {
      throw new IllegalArgumentException(
          "a segment that is not the last must have 1 byte or more, not 0");
    }
    return seal(plain, plainBytes, last ? FrameType.LAST : FrameType.DATA, frame);
  }

  /**
   * Finishes a part of the object in clear: its header, and its checksum behind it.
   *
   * @param frame the content from {@link FrameHeader#BYTES} to its position, with room for {@value
   *     ClearSegment#CRC_BYTES} bytes more; afterwards the whole frame from 0 to its position
   */
  public void clear(ByteBuffer frame) {
    int contentBytes = frame.position() - FrameHeader.BYTES;
    FrameHeader.write(header, FrameType.CLEAR, contentBytes + ClearSegment.CRC_BYTES);
    frame.put(0, header);
    crc.reset();
    crc.update(frame.duplicate().flip());
    int sum = (int) crc.getValue();
    frame.putInt(sum);
    segments.digestedClear(header, sum);
  }

  /**
   * Seals the end of an object whose parts went in clear. Authentic are their number, lengths and
   * checksums, and so that none was lost; not the bytes themselves against somebody who makes the
   * checksum fit.
   *
   * @param frame takes the frame, {@value ClearSegment#LAST_BYTES} bytes
   * @return the length of the frame
   * @throws TransferException if the last segment has been sealed already
   */
  public int lastOfClear(byte[] frame) throws TransferException {
    byte[] digest = segments.digestBytes();
    return seal(digest, digest.length, FrameType.LAST, frame);
  }

  /**
   * Seals the news that the object will not be completed, instead of a last segment.
   *
   * @param reason code and message for the receiver
   * @return the frame
   * @throws TransferException if the last segment has been sealed already
   */
  public ByteBuffer abort(TransferException reason) throws TransferException {
    byte[] text = WireCodes.encode(reason.code(), reason.getMessage());
    byte[] frame = new byte[FrameHeader.BYTES + text.length + FrameHeader.TAG_BYTES];
    return ByteBuffer.wrap(frame, 0, seal(text, text.length, FrameType.ABORT, frame));
  }

  /**
   * Whether the last segment or an abort has been sealed.
   *
   * @return true if no more can follow
   */
  public boolean ended() {
    return segments.ended();
  }

  /**
   * The digest over the segments so far.
   *
   * @return 64 hexadecimal digits
   */
  public String digest() {
    return segments.digest();
  }

  private int seal(byte[] plain, int plainBytes, FrameType type, byte[] frame)
      throws TransferException {
    FrameHeader.write(frame, type, plainBytes + FrameHeader.TAG_BYTES);
    try {
      Cipher cipher = segments.next(frame, type != FrameType.DATA);
      int frameBytes =
          FrameHeader.BYTES + cipher.doFinal(plain, 0, plainBytes, frame, FrameHeader.BYTES);
      segments.digested(frame, frameBytes);
      return frameBytes;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a segment", e);
    }
  }
}
