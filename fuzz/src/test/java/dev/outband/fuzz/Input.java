package dev.outband.fuzz;

import java.util.Arrays;

/** An input taken apart from its beginning on; at its end, numbers are 0 and arrays are empty. */
public final class Input {
  private final byte[] bytes;
  private int at;

  /** Starts at the beginning. */
  public Input(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether there is more. */
  public boolean hasMore() {
    return at < bytes.length;
  }

  /** A number of one byte, 0 to 255. */
  public int number() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /** So many bytes, or as many as there are. */
  public byte[] bytes(int count) {
    int from = at;
    at = Math.min(bytes.length, at + count);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** An array behind a length of two bytes. */
  public byte[] block() {
    return bytes(number() << 8 | number());
  }

  /** All that is left. */
  public byte[] rest() {
    return bytes(bytes.length);
  }
}
