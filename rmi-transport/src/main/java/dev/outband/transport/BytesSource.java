package dev.outband.transport;

import java.nio.ByteBuffer;
import java.util.Objects;

final class BytesSource extends Source {

  private final byte[] bytes;

  BytesSource(byte[] bytes) {
    this.bytes = Objects.requireNonNull(bytes, "bytes");
  }

  @Override
  void open() {}

  @Override
  long length() {
    return bytes.length;
  }

  @Override
  String contentTag() {
    return "";
  }

  @Override
  void read(long position, byte[] into, int count, ByteBuffer through) {
    System.arraycopy(bytes, Math.toIntExact(position), into, 0, count);
  }

  @Override
  void close() {}
}
