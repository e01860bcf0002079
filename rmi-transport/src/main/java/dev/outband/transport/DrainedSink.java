package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A sink that may block: the event loop puts into a pipe, from which a thread of its own writes.
 */
final class DrainedSink extends Sink {

  private static final int WRITE_BYTES = 64 * 1024;

  private final Pipe pipe = new Pipe(Pipe.STREAM_BYTES);
  private final WritableByteChannel target;
  private final DiskThreads.Work flush;
  private BlockingThreads.Handle drainer;

  DrainedSink(WritableByteChannel target, DiskThreads.Work flush) {
    this.target = target;
    this.flush = flush;
  }

  @Override
  boolean takesInband() {
    return false;
  }

  @Override
  void open(BlockingThreads threads) throws TransferException {
    drainer = threads.start("sink", this::drain);
  }

  private void drain() {
    ByteBuffer buffer = ByteBuffer.allocate(WRITE_BYTES);
    try {
      while (pipe.take(buffer) != Pipe.END) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
        buffer.clear();
      }
      flush.run();
      pipe.taken();
    } catch (IOException e) {
      pipe.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      pipe.failed(new IOException("interrupted", e));
    } catch (RuntimeException | Error e) {
      pipe.failed(new IOException("the sink failed: " + e, e));
    }
  }

  @Override
  int room(int held) {
    return pipe.room(held);
  }

  @Override
  void onRoom(Runnable wake) {
    pipe.onWritable(wake);
  }

  @Override
  void write(ByteBuffer content, ByteBuffer through) throws IOException {
    pipe.offer(content);
  }

  @Override
  void commit() throws IOException {
    pipe.end();
    try {
      pipe.awaitTaken();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while the sink took its bytes").initCause(e);
    }
  }

  @Override
  boolean commitsSlowly() {
    return true;
  }

  @Override
  void drop() {
    pipe.breakOff(new IOException("the transfer failed"));
    if (drainer != null) {
      drainer.cancel(() -> {});
    }
  }
}
