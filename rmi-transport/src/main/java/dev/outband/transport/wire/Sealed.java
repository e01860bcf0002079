package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens the one frame that a key of the opening or of the receipt is ever used for:
 * AES-256-GCM, header as AAD.
 */
final class Sealed {

  private static final int TAG_BITS = 8 * FrameHeader.TAG_BYTES;

  private Sealed() {}

  static byte[] seal(KeySchedule.OneFrameKey key, FrameType type, byte[] plain) {
    byte[] frame = new byte[FrameHeader.BYTES + plain.length + FrameHeader.TAG_BYTES];
    FrameHeader.write(frame, type, plain.length + FrameHeader.TAG_BYTES);
    try {
      Cipher cipher = init(Cipher.ENCRYPT_MODE, key.toSeal(), frame);
      cipher.doFinal(plain, 0, plain.length, frame, FrameHeader.BYTES);
      return frame;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing " + type, e);
    }
  }

  static byte[] open(KeySchedule.OneFrameKey key, byte[] frame, int frameBytes)
      throws TransferException {
    if (frameBytes < FrameHeader.BYTES + FrameHeader.TAG_BYTES) {
      throw new TransferException(
          Code.CORRUPT, FrameHeader.type(frame) + " frame is too short for a tag");
    }
    try {
      Cipher cipher = init(Cipher.DECRYPT_MODE, key, frame);
      return cipher.doFinal(frame, FrameHeader.BYTES, frameBytes - FrameHeader.BYTES);
    } catch (AEADBadTagException e) {
      throw new TransferException(
          Code.CORRUPT, FrameHeader.type(frame) + " frame does not verify", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a frame", e);
    }
  }

  private static Cipher init(int mode, KeySchedule.OneFrameKey key, byte[] frame)
      throws GeneralSecurityException {
    Cipher cipher = AesGcm.JDK.cipher();
    cipher.init(
        mode, new SecretKeySpec(key.key(), "AES"), new GCMParameterSpec(TAG_BITS, key.nonce()));
    cipher.updateAAD(Arrays.copyOf(frame, FrameHeader.BYTES));
    return cipher;
  }
}
