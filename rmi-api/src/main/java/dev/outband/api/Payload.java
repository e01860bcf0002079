package dev.outband.api;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The bytes of a short object that ride in its {@link Confirmation}. Its text form shows their
 * number alone. Immutable and safe for use by several threads.
 *
 * @param bytes at most {@value #MAX_BYTES}; copied on the way in and out
 */
@SuppressWarnings("ArrayRecordComponent") // copied both ways, and compared by content
public record Payload(byte[] bytes) implements Serializable {

  /** The longest payload: {@value} bytes. */
  public static final int MAX_BYTES = 262_144;

  /** No bytes. */
  public static final Payload NONE = new Payload(new byte[0]);

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the payload arrives from another process.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_BYTES} bytes
   */
  public Payload {
    Checks.between("payload bytes", bytes.length, 0, MAX_BYTES);
    bytes = bytes.clone();
  }

  /**
   * The bytes.
   *
   * @return a copy
   */
  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * How many bytes it has.
   *
   * @return 0 to {@value #MAX_BYTES}
   */
  public int length() {
    return bytes.length;
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
