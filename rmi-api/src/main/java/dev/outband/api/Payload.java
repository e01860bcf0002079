package dev.outband.api;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The bytes of a short object that ride in its {@link Confirmation}. Its text form shows their
 * number alone. Immutable and safe for use by several threads.
 */
public final class Payload implements Serializable {

  /** The longest payload: {@value} bytes. */
  public static final int MAX_BYTES = 262_144;

  /** No bytes. */
  public static final Payload NONE = new Payload(new byte[0]);

  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    Checks.between("payload bytes", bytes.length, 0, MAX_BYTES);
    this.bytes = bytes;
  }

  /**
   * A payload of these bytes.
   *
   * @param bytes at most {@value #MAX_BYTES}; copied
   * @return the payload
   * @throws IllegalArgumentException if there are more
   */
  public static Payload of(byte[] bytes) {
    return new Payload(bytes.clone());
  }

  /**
   * How many bytes it has.
   *
   * @return 0 to {@value #MAX_BYTES}
   */
  public int length() {
    return bytes.length;
  }

  /**
   * The bytes.
   *
   * @return a copy
   */
  public byte[] toByteArray() {
    return bytes.clone();
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

  /** What came from another process has the bounds of what was made here. */
  private Object readResolve() {
    return of(bytes);
  }
}
