package dev.outband.transport.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with SHA-256 (RFC 5869) and the labelled expansion of TLS 1.3 (RFC 8446, section 7.1) under
 * our own prefix.
 */
final class Hkdf {

  static final int HASH_BYTES = 32;

  private static final String LABEL_PREFIX = "outband1 ";

  private static final String HMAC = "HmacSHA256";

  /** Found once: to choose among the providers takes as long as a short HMAC. */
  private static final Provider PROVIDER = provider();

  private Hkdf() {}

  private static Provider provider() {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(new byte[1], HMAC));
      return mac.getProvider();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  static byte[] hmac(byte[] key, byte[] data) {
    return mac(key).doFinal(data);
  }

  static byte[] extract(byte[] salt, byte[] inputKeyMaterial) {
    return hmac(salt, inputKeyMaterial);
  }

  /**
   * A key that several things are derived from: to find and key an HMAC takes longer than a short
   * one itself. Not safe for use by several threads.
   */
  static final class Key {
    private final Mac mac;

    Key(byte[] key) {
      mac = mac(key);
    }

    byte[] expandLabel(String label, byte[] context, int bytes) {
      byte[] name = (LABEL_PREFIX + label).getBytes(StandardCharsets.US_ASCII);
      byte[] info = new byte[2 + 1 + name.length + 1 + context.length];
      info[0] = (byte) (bytes >>> 8);
      info[1] = (byte) bytes;
      info[2] = (byte) name.length;
      System.arraycopy(name, 0, info, 3, name.length);
      info[3 + name.length] = (byte) context.length;
      System.arraycopy(context, 0, info, 4 + name.length, context.length);
      byte[] out = expand(info, bytes);
      Arrays.fill(info, (byte) 0);
      return out;
    }

    byte[] expand(byte[] info, int bytes) {
      byte[] out = new byte[bytes];
      byte[] block = new byte[0];
      int done = 0;
      for (int counter = 1; done < bytes; counter++) {
        mac.update(block);
        mac.update(info);
        block = mac.doFinal(new byte[] {(byte) counter});
        int part = Math.min(block.length, bytes - done);
        System.arraycopy(block, 0, out, done, part);
        done += part;
      }
      return out;
    }
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC, PROVIDER);
      // A JCE key is never empty; HMAC pads a short key with zeros, so one zero byte is the same
      // key.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
