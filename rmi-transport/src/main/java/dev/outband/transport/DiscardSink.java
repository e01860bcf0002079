package dev.outband.transport;

import java.nio.ByteBuffer;

final class DiscardSink extends Sink {

  @Override
  void open(BlockingThreads threads) {}

  @Override
  void write(ByteBuffer content, ByteBuffer through) {}

  @Override
  boolean takesStripes() {
    return true;
  }

  @Override
  void writeAt(long position, ByteBuffer content, ByteBuffer through) {}

  @Override
  boolean rewind(long position) {
    return true;
  }

  @Override
  void commit() {}

  @Override
  void drop() {}

  @Override
  boolean mayBlock() {
    return false;
  }
}
