package dev.outband.api;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a short object that ride in its {@link Confirmation}. Its text form shows their
 * number alone. Immutable and safe for use by several threads. On the wire it is a part of its
 * confirmation; it has no serialized form of its own.
 */
public final class Payload implements Serializable {

  /**
   * The longest payload: {@value} bytes. A few more, and the collectors of smaller heaps would give
   * each a region of its own.
   */
  public static final int MAX_BYTES = 512_000;

  /** No bytes. */
  public static final Payload NONE = new Payload(new byte[0]);

  private static final long serialVersionUID = 2L;

  private final byte[] bytes;

  /** Puts the bytes of a payload where it will hold them. */
  @FunctionalInterface
  public interface Filler {

    /**
     * Fills a buffer.
     *
     * @param into all of it; not to be used any more after the call
     * @throws IOException if the bytes cannot be had
     */
    void fill(ByteBuffer into) throws IOException;
  }

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
   * Makes a payload without a further copy of its bytes.
   *
   * @param length how many bytes, 0 to {@value #MAX_BYTES}
   * @param filler called once, on this thread
   * @return the payload
   * @throws IOException what the filler throws
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public static Payload filled(int length, Filler filler) throws IOException {
    Checks.between("payload bytes", length, 0, MAX_BYTES);
    byte[] bytes = new byte[length];
    filler.fill(ByteBuffer.wrap(bytes));
    return keeping(bytes);
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

  /**
   * The checksum of the bytes: CRC32C (RFC 3720, appendix B.4), to find what broke them by
   * accident.
   *
   * @return its 32 bits
   */
  public int crc32c() {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length);
    return (int) checksum.getValue();
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
