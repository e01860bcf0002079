package dev.outband.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A sink in memory; it grows with the bytes that arrive, never with the length that was announced.
 */
public final class BytesSink extends Sink {

  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private volatile boolean committed;

  BytesSink(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "sink limit must be 0.." + Integer.MAX_VALUE + ", not " + limit);
    }
    this.limit = limit;
  }

  /**
   * The object.
   *
   * @return a copy of its bytes
   * @throws IllegalStateException as long as there is no receipt
   */
  public byte[] toByteArray() {
    if (!committed) {
      throw new IllegalStateException("the transfer into this sink has no receipt");
    }
    return bytes.toByteArray();
  }

  @Override
  long limit() {
    return limit;
  }

  @Override
  void open(BlockingThreads threads) {}

  @Override
  void write(ByteBuffer content, ByteBuffer through) {
    if (content.hasArray()) {
      bytes.write(content.array(), content.arrayOffset() + content.position(), content.remaining());
    } else {
      byte[] part = new byte[content.remaining()];
      content.get(part);
      bytes.write(part, 0, part.length);
    }
  }

  @Override
  boolean rewind(long position) {
    byte[] all = bytes.toByteArray();
    bytes.reset();
    bytes.write(all, 0, Math.toIntExact(position));
    return true;
  }

  @Override
  void commit() {
    committed = true;
  }

  @Override
  void drop() {
    if (!committed) {
      bytes.reset();
    }
  }

  @Override
  boolean mayBlock() {
    return false;
  }
}
