package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Verifies segments, in order, and gives their content. The first failure poisons it: nothing opens
 * afterwards. Not safe for use by several threads.
 */
public final class SegmentOpener {

  private final SegmentCipher segments;
  private boolean complete;
  private boolean aborted;

  SegmentOpener(AesGcm aes, byte[] key, byte[] prefix) {
    segments = new SegmentCipher(aes, Cipher.DECRYPT_MODE, key, prefix);
  }

  /**
   * Opens the next segment. Content is released only when its tag has been checked.
   *
   * @param frame holds the frame
   * @param frameBytes its length
   * @param plain takes the content
   * @return the length of the content
   * @throws TransferException {@link Code#CORRUPT} if the segment is not the next one of this
   *     transfer as it was sent; or the transmitter's own reason if it aborted the object
   */
  public int open(byte[] frame, int frameBytes, byte[] plain) throws TransferException {
    boolean opened = false;
    try {
      int plainBytes = openNext(FrameHeader.type(frame), frame, frameBytes, plain);
      opened = true;
      return plainBytes;
    } finally {
      if (!opened) {
        segments.poison();
      }
    }
  }

  private int openNext(FrameType type, byte[] frame, int frameBytes, byte[] plain)
      throws TransferException {
    if (!type.isSegment() && type != FrameType.ABORT) {
      throw new TransferException(Code.PROTOCOL, "expected a segment, not " + type);
    }
    FrameHeader.require(frame, frameBytes, type);
    try {
      Cipher cipher = segments.next(frame, type != FrameType.DATA);
      int plainBytes =
          cipher.doFinal(frame, FrameHeader.BYTES, frameBytes - FrameHeader.BYTES, plain, 0);
      segments.digested(frame, frameBytes);
      if (type == FrameType.ABORT) {
        aborted = true;
        throw WireCodes.decode(Arrays.copyOf(plain, plainBytes));
      }
      complete = type == FrameType.LAST;
      return plainBytes;
    } catch (AEADBadTagException e) {
      throw new TransferException(Code.CORRUPT, "a segment does not verify", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a segment", e);
    }
  }

  /**
   * Starts a part of the object that comes in clear.
   *
   * @param header of the frame
   * @return takes the content as it comes
   * @throws TransferException if the object has ended, or a frame before failed
   */
  public ClearSegment clear(byte[] header) throws TransferException {
    if (segments.ended()) {
      throw new TransferException(Code.PROTOCOL, "a segment after the last one");
    }
    return new ClearSegment(segments, header);
  }

  /**
   * Opens the end of an object whose parts came in clear, and checks what it says of them.
   *
   * @param frame holds the frame
   * @param frameBytes its length
   * @param plain room for the content of a segment
   * @throws TransferException {@link Code#CORRUPT} if other parts were sent than came
   */
  public void endOfClear(byte[] frame, int frameBytes, byte[] plain) throws TransferException {
    byte[] expected = segments.digestBytes();
    FrameType type = FrameHeader.type(frame);
    if (type != FrameType.LAST && type != FrameType.ABORT) {
      segments.poison();
      throw new TransferException(Code.PROTOCOL, "expected LAST, not " + type);
    }
    int count = open(frame, frameBytes, plain);
    if (!MessageDigest.isEqual(expected, Arrays.copyOf(plain, count))) {
      complete = false;
      throw new TransferException(Code.CORRUPT, "other bytes were sent than came");
    }
  }

  /**
   * Whether the authenticated end of the object has been seen.
   *
   * @return true after the last segment
   */
  public boolean complete() {
    return complete;
  }

  /**
   * Whether the transmitter has ended the object before its end.
   *
   * @return true after an abort that verified
   */
  public boolean aborted() {
    return aborted;
  }

  /**
   * The digest over the segments so far.
   *
   * @return 64 hexadecimal digits
   */
  public String digest() {
    return segments.digest();
  }
}
