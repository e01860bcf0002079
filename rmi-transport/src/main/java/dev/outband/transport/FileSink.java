package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes to a file destination; the page cache takes the bytes, {@link #commit} forces them to
 * disk.
 */
final class FileSink extends Sink {

  private final FileDestination destination;
  private FileChannel channel;
  private boolean created;

  FileSink(FileDestination destination) {
    this.destination = destination;
  }

  @Override
  void open(BlockingThreads threads) throws IOException {
    channel = destination.create();
    created = true;
  }

  @Override
  void write(ByteBuffer content, ByteBuffer through) throws IOException {
    ByteBuffer direct = content.isDirect() ? content : through.clear().put(content).flip();
    while (direct.hasRemaining()) {
      channel.write(direct);
    }
  }

  @Override
  boolean takesStripes() {
    return true;
  }

  @Override
  void writeAt(long position, ByteBuffer content, ByteBuffer through) throws IOException {
    ByteBuffer direct = content.isDirect() ? content : through.clear().put(content).flip();
    long at = position;
    while (direct.hasRemaining()) {
      at += channel.write(direct, at);
    }
  }

  @Override
  boolean rewind(long position) throws IOException {
    channel.truncate(position).position(position);
    return true;
  }

  @Override
  void commit() throws IOException {
    channel.force(true);
    channel.close();
    destination.publish();
    created = false;
  }

  @Override
  void drop() throws IOException {
    if (!created) {
      return;
    }
    created = false;
    try {
      channel.close();
    } finally {
      destination.discard();
    }
  }
}
