package dev.outband.transport;

import java.nio.ByteBuffer;

final class DiscardSink extends Sink {

  @Override
  void open() {}

  @Override
  void write(byte[] bytes, int count, ByteBuffer through) {}

  @Override
  void commit() {}

  @Override
  void drop() {}
}
