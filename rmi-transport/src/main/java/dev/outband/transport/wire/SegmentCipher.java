package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What sealer and opener share: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015)
 * as Tink's streaming AEAD lays it out. Nonce: prefix of 7 bytes, counter of 4 bytes, 1 byte that
 * is 1 for the last segment. The header is the associated data. The digest is SHA-256 over header
 * and tag of each segment, in order.
 */
final class SegmentCipher {

  private static final int TAG_BITS = 8 * FrameHeader.TAG_BYTES;
  private static final long MAX_SEGMENTS = 1L << 32;

  private final Cipher cipher;
  private final int mode;
  private final SecretKey key;
  private final byte[] nonce = new byte[KeySchedule.NONCE_BYTES];
  private final MessageDigest digest = KeySchedule.sha256();
  private long counter;
  private boolean ended;

  SegmentCipher(AesGcm aes, int mode, byte[] key, byte[] prefix) {
    this.cipher = aes.cipher();
    this.mode = mode;
    this.key = new SecretKeySpec(key, "AES");
    System.arraycopy(prefix, 0, nonce, 0, KeySchedule.PREFIX_BYTES);
  }

  /** Readies the cipher for the next segment, whose header stands at the start of {@code frame}. */
  Cipher next(byte[] frame, boolean last) throws GeneralSecurityException, TransferException {
    if (ended) {
      throw new TransferException(Code.PROTOCOL, "a segment after the last one");
    }
    if (counter == MAX_SEGMENTS) {
      throw new TransferException(Code.LIMIT_EXCEEDED, "segments must be at most " + MAX_SEGMENTS);
    }
    nonce[7] = (byte) (counter >>> 24);
    nonce[8] = (byte) (counter >>> 16);
    nonce[9] = (byte) (counter >>> 8);
    nonce[10] = (byte) counter;
    nonce[11] = (byte) (last ? 1 : 0);
    counter++;
    ended = last;
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(frame, 0, FrameHeader.BYTES);
    return cipher;
  }

  void digested(byte[] frame, int frameBytes) {
    digest.update(frame, 0, FrameHeader.BYTES);
    digest.update(frame, frameBytes - FrameHeader.TAG_BYTES, FrameHeader.TAG_BYTES);
  }

  void digestedClear(byte[] header, int crc) {
    digest.update(header, 0, FrameHeader.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (crc >> shift));
    }
  }

  /** The digest so far, as bytes. */
  byte[] digestBytes() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK's SHA-256 can be cloned", e);
    }
  }

  boolean ended() {
    return ended;
  }

  void poison() {
    ended = true;
  }

  /** The digest so far; may be asked for again. */
  String digest() {
    return HexFormat.of().formatHex(digestBytes());
  }
}
