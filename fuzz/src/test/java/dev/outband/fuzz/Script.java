package dev.outband.fuzz;

import java.io.ByteArrayOutputStream;

/** Writes what {@link Input} takes apart. */
public final class Script {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An empty one. */
  public Script() {}

  /** A number of one byte. */
  public Script number(int number) {
    out.write(number);
    return this;
  }

  /** An array behind its length. */
  public Script block(byte[] block) {
    out.write(block.length >>> 8);
    out.write(block.length);
    return rest(block);
  }

  /** An array as it is. */
  public Script rest(byte[] rest) {
    out.writeBytes(rest);
    return this;
  }

  /** All that was written. */
  public byte[] bytes() {
    return out.toByteArray();
  }
}
