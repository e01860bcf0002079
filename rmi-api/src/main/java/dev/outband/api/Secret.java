package dev.outband.api;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * 256 secret bits that print as nothing, compare in constant time and give up their bytes through
 * one call, {@link #expose()}. Immutable.
 */
public final class Secret implements Serializable {

  /** The length of a secret in bytes: {@value}. */
  public static final int BYTES = 32;

  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A new secret.
   *
   * @param random a cryptographically strong source
   * @return the secret
   */
  public static Secret random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Secret(bytes);
  }

  /**
   * A secret of bytes that are known: derived ones, or those of a test vector.
   *
   * @param bytes exactly {@value #BYTES} bytes; copied
   * @return the secret
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static Secret of(byte[] bytes) {
    Checks.between("secret length", bytes.length, BYTES, BYTES);
    return new Secret(bytes.clone());
  }

  /**
   * The bytes, in clear. Every call of it is a place where a secret may leak: keep the result
   * local.
   *
   * @return a copy
   */
  public byte[] expose() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes, that.bytes);
  }

  /** Returns the same for every secret: a hash of the bytes would tell something of them. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    if (bytes == null || bytes.length != BYTES) {
      throw new InvalidObjectException(
          "secret length must be " + BYTES + ", not " + (bytes == null ? "absent" : bytes.length));
    }
  }
}
