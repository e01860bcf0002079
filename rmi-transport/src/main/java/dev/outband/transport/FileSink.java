package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes to a file destination; the page cache takes the bytes, {@link #commit} forces them to disk. */
final class FileSink extends Sink {

  private final FileDestination destination;
  private FileChannel channel;
  private boolean created;

  FileSink(FileDestination destination) {
    this.destination = destination;
  }

  @Override
  void open() throws IOException {
    channel = destination.create();
    created = true;
  }

  @Override
  void write(byte[] bytes, int count, ByteBuffer through) throws IOException {
    through.clear().put(bytes, 0, count).flip();
    while (through.hasRemaining()) {
      channel.write(through);
    }
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
