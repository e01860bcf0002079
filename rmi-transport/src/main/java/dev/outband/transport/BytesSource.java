package dev.outband.transport;

import java.nio.ByteBuffer;

final class BytesSource extends Source {

  private final ByteBuffer bytes;

  BytesSource(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  void open(BlockingThreads threads) {}

  @Override
  long length() {
    return bytes.capacity();
  }

  @Override
  int read(long position, ByteBuffer into) {
    int count = into.remaining();
    into.put(into.position(), bytes, Math.toIntExact(position), count)
        .position(into.position() + count);
    return count;
  }

  @Override
  public void close() {}
}
