package dev.outband.api;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a very short object that ride in its {@link Confirmation}. Its text form shows their
 * number alone. Immutable and safe for use by several threads. On the wire it is a part of its
 * confirmation; it has no serialized form of its own.
 */
public final class Payload implements Serializable {

  /** The longest payload: {@value} bytes. A longer one would be in memory several times. */
  public static final int MAX_BYTES = 8 << 10;

  /** No bytes. */
  public static final Payload NONE = new Payload(new byte[0]);

  private static final long serialVersionUID = 2L;

  private final byte[] bytes;

  /**
   * Makes a payload of known bytes.
   *
   * @param bytes at most {@value #MAX_BYTES}; copied
   * @throws IllegalArgumentException if there are more
   */
  public Payload(byte[] bytes) {
    this(bytes.length, bytes.clone());
  }

  private Payload(int length, byte[] own) {
    Checks.between("payload bytes", length, 0, MAX_BYTES);
    this.bytes = own;
  }

  /** One that keeps the array, which nobody else may change. */
  static Payload keeping(byte[] bytes) {
    return new Payload(bytes.length, bytes);
  }

  /**
   * The bytes.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes themselves, not to be changed. */
  byte[] kept() {
    return bytes;
  }

  /**
   * A view of the bytes, without a copy.
   *
   * @return a read-only buffer of its own at every call
   */
  public ByteBuffer view() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /**
   * How many bytes it has.
   *
   * @return 0 to {@value #MAX_BYTES}
   */
  public int length() {
    return bytes.length;
  }

  private void readObject(ObjectInputStream in) throws IOException {
    throw new InvalidObjectException("a payload travels in its confirmation alone");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Payload[" + bytes.length + " bytes]";
  }
}
