package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.TransferException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.commons.io.IOUtils;

/**
 * A source that may block: a thread of its own feeds it into a pipe, from which the event loop
 * takes.
 */
final class FedSource extends Source {

  private static final int READ_BYTES = 64 * 1024;

  private final Pipe pipe = new Pipe(Pipe.STREAM_BYTES);
  private final Producer producer;
  private final Closeable blocked;
  private BlockingThreads.Handle feeder;

  private FedSource(Producer producer, Closeable blocked) {
    this.producer = producer;
    this.blocked = blocked;
  }

  static FedSource of(InputStream stream) {
    return of(stream, Channels.newChannel(stream));
  }

  static FedSource of(ReadableByteChannel channel) {
    return of(channel, channel);
  }

  static FedSource of(Producer producer) {
    return new FedSource(producer, null);
  }

  private static FedSource of(Closeable closed, ReadableByteChannel channel) {
    return new FedSource(
        out -> {
          ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
          while (channel.read(buffer) >= 0) {
            out.write(buffer.flip());
            buffer.clear();
          }
        },
        closed);
  }

  @Override
  void open(BlockingThreads threads) throws TransferException {
    feeder = threads.start("source", this::feed);
  }

  private void feed() {
    try {
      producer.produce(new Inlet(pipe));
      pipe.end();
    } catch (IOException e) {
      pipe.breakOff(e);
    } catch (RuntimeException | Error e) {
      pipe.breakOff(new IOException("the producer failed: " + e, e));
    }
  }

  @Override
  long length() {
    return Confirmation.UNKNOWN_LENGTH;
  }

  @Override
  boolean isRepeatable() {
    return false;
  }

  @Override
  int read(long position, ByteBuffer into) throws IOException {
    return pipe.poll(into);
  }

  @Override
  void onReady(Runnable wake) {
    pipe.onReadable(wake);
  }

  @Override
  public void close() {
    pipe.breakOff(new IOException("the transfer has ended"));
    if (feeder != null) {
      feeder.cancel(() -> IOUtils.closeQuietly(blocked));
    } else {
      IOUtils.closeQuietly(blocked);
    }
  }

  /** The producer's end of a pipe. */
  private static final class Inlet implements WritableByteChannel {

    private final Pipe pipe;
    private boolean closed;

    Inlet(Pipe pipe) {
      this.pipe = pipe;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (closed) {
        throw new java.nio.channels.ClosedChannelException();
      }
      int count = from.remaining();
      try {
        pipe.put(from);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException)
            new InterruptedIOException("interrupted while the receiver was slower").initCause(e);
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
