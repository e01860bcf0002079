package dev.outband.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * A sink to read from while it is filled: its stream gives bytes as soon as they are verified, and
 * ends only when the whole object has been; a transfer that fails makes the next read throw. The
 * transmitter slows down to the reader's pace.
 */
public final class StreamSink extends Sink {

  private final Pipe pipe = new Pipe(Pipe.STREAM_BYTES);
  private final InputStream input = new Outlet();

  StreamSink() {}

  /**
   * The stream. Reading blocks until there are bytes; for one thread at a time.
   *
   * @return the same at every call; close it to cancel the transfer
   */
  public InputStream inputStream() {
    return input;
  }

  @Override
  boolean takesInband() {
    return false;
  }

  @Override
  void open(BlockingThreads threads) {}

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
  void commit() {
    pipe.end();
  }

  @Override
  boolean mayBlock() {
    return false;
  }

  @Override
  void drop() {
    pipe.breakOff(new IOException("the transfer failed before the end of the object"));
  }

  private final class Outlet extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return pipe.take(ByteBuffer.wrap(into, offset, length));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException)
            new InterruptedIOException("interrupted while waiting for bytes").initCause(e);
      }
    }

    @Override
    public void close() {
      pipe.breakOff(new IOException("the reader closed the stream"));
    }
  }
}
