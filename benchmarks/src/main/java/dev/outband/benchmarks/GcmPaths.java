package dev.outband.benchmarks;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM as a segment codec uses it: a new nonce and an {@code init} for every segment. Not
 * thread-safe.
 */
final class GcmPaths {
  static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final SecretKey key;
  private final Cipher sealer;
  private final Cipher opener;
  private final GCMParameterSpec sampleNonce =
      new GCMParameterSpec(TAG_BYTES * 8, new byte[NONCE_BYTES]);
  private final byte[] nonce = new byte[NONCE_BYTES];
  private long counter;

  GcmPaths() {
    byte[] keyBytes = new byte[32];
    new Random(7).nextBytes(keyBytes);
    key = new SecretKeySpec(keyBytes, "AES");
    try {
      sealer = Cipher.getInstance("AES/GCM/NoPadding");
      opener = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES/GCM/NoPadding in this JVM", e);
    }
  }

  /** Seals {@code bytes} of {@code plain} into {@code sealed}, which may be the same array. */
  void sealArrays(byte[] plain, byte[] sealed, int bytes) throws GeneralSecurityException {
    nextNonce();
    sealer.doFinal(plain, 0, bytes, sealed, 0);
  }

  void seal(ByteBuffer plain, ByteBuffer sealed) throws GeneralSecurityException {
    nextNonce();
    sealer.doFinal(plain, sealed);
  }

  /**
   * A sealed segment under a fixed nonce, which the two {@code open} methods undo as often as they
   * are asked.
   */
  byte[] sealedSample(int bytes) throws GeneralSecurityException {
    Cipher sampler = Cipher.getInstance("AES/GCM/NoPadding");
    sampler.init(Cipher.ENCRYPT_MODE, key, sampleNonce);
    return sampler.doFinal(new byte[bytes]);
  }

  void openArrays(byte[] sealed, byte[] plain) throws GeneralSecurityException {
    opener.init(Cipher.DECRYPT_MODE, key, sampleNonce);
    opener.doFinal(sealed, 0, sealed.length, plain, 0);
  }

  void open(ByteBuffer sealed, ByteBuffer plain) throws GeneralSecurityException {
    opener.init(Cipher.DECRYPT_MODE, key, sampleNonce);
    opener.doFinal(sealed, plain);
  }

  private void nextNonce() throws GeneralSecurityException {
    ByteBuffer.wrap(nonce).putLong(Integer.BYTES, ++counter);
    sealer.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
  }
}
