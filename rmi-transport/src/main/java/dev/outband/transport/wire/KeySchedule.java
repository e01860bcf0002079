package dev.outband.transport.wire;

import dev.outband.api.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.Arrays;

/**
 * Every key of a data connection, derived from the ticket's secret in the shape of TLS 1.3's
 * PSK-only key schedule (RFC 8446, section 7.1): the transcript so far, with both nonces in it, is
 * in every key of a connection but the lookup tag. What needs no connection has no nonces: the
 * proof of an object that goes with a reply, and what further streams' tickets are made of.
 */
final class KeySchedule {

  static final int LOOKUP_BYTES = 16;
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int PREFIX_BYTES = 7;
  static final int ID_BYTES = 16;

  private static final String HASH = "SHA-256";

  /** Found once, as {@link Hkdf}'s. */
  private static final Provider PROVIDER = provider();

  private static final byte[] NONE = {};

  private final Hkdf.Key early;

  KeySchedule(Secret secret) {
    byte[] input = secret.expose();
    early = key(Hkdf.extract(new byte[Hkdf.HASH_BYTES], input));
    Arrays.fill(input, (byte) 0);
  }

  byte[] lookup() {
    return early.expandLabel("lookup", NONE, LOOKUP_BYTES);
  }

  /** The listener's proof over HELLO and its own CHALLENGE up to the proof. */
  byte[] proof(byte[] transcript) {
    return Hkdf.hmac(early.expandLabel("listener proof", transcript, KEY_BYTES), transcript);
  }

  Opening opening(byte[] transcript) {
    Hkdf.Key secret = key(early.expandLabel("opening", transcript, KEY_BYTES));
    return new Opening(oneFrameKey(secret, "dialer"), oneFrameKey(secret, "listener"));
  }

  TransferKeys transfer(byte[] transcript) {
    Hkdf.Key secret = key(early.expandLabel("transfer", transcript, KEY_BYTES));
    return new TransferKeys(
        secret.expandLabel("segment key", NONE, KEY_BYTES),
        secret.expandLabel("segment prefix", NONE, PREFIX_BYTES),
        oneFrameKey(secret, "receipt"),
        secret.expandLabel("confirmation", NONE, KEY_BYTES));
  }

  /** The transmitter's proof over an object that goes with a reply. */
  byte[] inband(byte[] transcript) {
    return Hkdf.hmac(early.expandLabel("inband", transcript, KEY_BYTES), transcript);
  }

  /** The secret of a further stream's ticket. */
  byte[] streamSecret(byte[] number) {
    return early.expandLabel("stream secret", number, Secret.BYTES);
  }

  /** What a further stream's ticket is called. */
  byte[] streamId(byte[] number) {
    return early.expandLabel("stream id", number, ID_BYTES);
  }

  static byte[] transcript(byte[]... frames) {
    MessageDigest digest = sha256();
    for (byte[] frame : frames) {
      digest.update(frame);
    }
    return digest.digest();
  }

  private static Provider provider() {
    try {
      return MessageDigest.getInstance(HASH).getProvider();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance(HASH, PROVIDER);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Hkdf.Key key(byte[] bytes) {
    Hkdf.Key key = new Hkdf.Key(bytes);
    Arrays.fill(bytes, (byte) 0);
    return key;
  }

  private static OneFrameKey oneFrameKey(Hkdf.Key secret, String who) {
    return new OneFrameKey(
        secret.expandLabel(who + " key", NONE, KEY_BYTES),
        secret.expandLabel(who + " nonce", NONE, NONCE_BYTES));
  }

  /** A key and the one nonce that it is ever used with: it seals one frame and no second one. */
  static final class OneFrameKey {
    private final byte[] key;
    private final byte[] nonce;
    private boolean spent;

    private OneFrameKey(byte[] key, byte[] nonce) {
      this.key = key;
      this.nonce = nonce;
    }

    OneFrameKey toSeal() {
      if (spent) {
        throw new IllegalStateException("this key has sealed its one frame");
      }
      spent = true;
      return this;
    }

    byte[] key() {
      return key;
    }

    byte[] nonce() {
      return nonce;
    }

    @Override
    public String toString() {
      return "OneFrameKey[redacted]";
    }
  }

  /** The keys of OPEN and of ACCEPTED or REFUSED. */
  record Opening(OneFrameKey dialer, OneFrameKey listener) {}
}
