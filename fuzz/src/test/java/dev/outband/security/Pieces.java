package dev.outband.security;

import java.io.ByteArrayInputStream;

/** Gives no more than so much at once, as records of TLS do. */
final class Pieces extends ByteArrayInputStream {
  private final int atOnce;

  Pieces(byte[] bytes, int atOnce) {
    super(bytes);
    this.atOnce = atOnce;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) {
    return super.read(into, offset, Math.min(length, atOnce));
  }
}
