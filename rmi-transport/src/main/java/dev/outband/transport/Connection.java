package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data connection on its event loop: bytes in, cut into frames; bytes out; one deadline. What
 * the frames mean is the subclass's.
 *
 * <p>Confined to the loop's thread.
 */
abstract class Connection implements EventLoop.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How many reads a connection may do before the others of its loop get their turn. */
  private static final int READS_A_TURN = 2;

  final EventLoop loop;
  final SocketChannel channel;
  private final FrameReader reader;
  private final ArrayDeque<ByteBuffer> control = new ArrayDeque<>();
  private SelectionKey key;
  private long deadlineNs;
  private long lingerUntilNs;
  private boolean lingering;
  private boolean shutDown;
  private boolean closed;

  Connection(EventLoop loop, SocketChannel channel) {
    this.loop = loop;
    this.channel = channel;
    this.reader = new FrameReader(loop.scratch());
  }

  /** The largest segment that may come in now; control frames are bounded by themselves. */
  abstract int maxSegmentBytes();

  /**
   * How many bytes may be read now besides those of a frame that are {@code held}; with 0, reading
   * stops until {@link #resumeReading()}.
   */
  abstract int readable(int held);

  /** Bytes have come in. */
  abstract void progressed(int count);

  /**
   * A segment in clear comes in; true when it is complete, false if {@code in} has no more of it.
   */
  abstract boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException;

  /** A whole frame has come in. */
  abstract void received(byte[] frame, int frameBytes) throws TransferException;

  /**
   * Sends what there is to send besides control frames; true if there is more and the socket or the
   * turn is full.
   */
  abstract boolean pump() throws IOException, TransferException;

  /** The other end has closed its direction, or both. */
  abstract void ended(boolean betweenFrames);

  /** The connection was lost. */
  abstract void lost(IOException why);

  /** The other end broke the protocol or what came does not verify. */
  abstract void broken(TransferException why);

  /** The deadline has passed. */
  abstract void overdue();

  /** The channel is closed; give back whatever is left. */
  abstract void closed();

  final void register(int interest) throws IOException {
    key = loop.register(channel, interest, this);
  }

  final void deadlineIn(long ns) {
    deadlineNs = loop.nowNs() + ns;
  }

  final void interest(int ops) {
    if (key != null && key.isValid() && key.interestOps() != ops) {
      key.interestOps(ops);
    }
  }

  /** Sends a control frame behind what is being sent, at once if the socket takes it. */
  final void send(byte[] frame) {
    if (closed) {
      return;
    }
    control.add(ByteBuffer.wrap(frame));
    try {
      write();
    } catch (TransferException e) {
      broken(e);
    } catch (IOException e) {
      lostOrClosed(e);
    }
  }

  final void resumeReading() {
    if (!closed && !lingering) {
      interest(key.interestOps() | SelectionKey.OP_READ);
    }
  }

  final void resumeWriting() {
    if (!closed) {
      interest(key.interestOps() | SelectionKey.OP_WRITE);
    }
  }

  /** Says the last word, gives the other end a moment to read it, and closes. */
  final void endGently(long lingerNs) {
    if (!closed && !lingering) {
      lingering = true;
      lingerUntilNs = loop.nowNs() + lingerNs;
      interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  final boolean isClosed() {
    return closed;
  }

  final void close() {
    if (closed) {
      return;
    }
    closed = true;
    reader.release();
    control.clear();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a data connection, reason={}", e.toString());
    }
    closed();
  }

  @Override
  public void ready(SelectionKey ready) {
    try {
      if (ready.isReadable()) {
        read();
      }
      if (!closed && ready.isValid() && ready.isWritable()) {
        write();
      }
    } catch (TransferException e) {
      broken(e);
    } catch (IOException e) {
      lostOrClosed(e);
    }
  }

  @Override
  public final void tick(long nowNs) {
    if (lingering) {
      if (nowNs - lingerUntilNs >= 0) {
        close();
      }
    } else if (nowNs - deadlineNs >= 0) {
      overdue();
    }
  }

  private void read() throws IOException, TransferException {
    ByteBuffer in = loop.scratch().inbound;
    for (int turn = 0;
        turn < READS_A_TURN && !closed && (key.interestOps() & SelectionKey.OP_READ) != 0;
        turn++) {
      int limit = lingering ? in.capacity() : Math.min(in.capacity(), readable(reader.held()));
      if (limit <= 0) {
        interest(key.interestOps() & ~SelectionKey.OP_READ);
        return;
      }
      in.clear().limit(limit);
      int count = channel.read(in);
      if (count < 0) {
        endOfStream();
        return;
      }
      if (count == 0) {
        return;
      }
      if (!lingering) {
        progressed(count);
        takeApart(in.flip());
      }
    }
  }

  private void takeApart(ByteBuffer in) throws TransferException {
    byte[] frame = reader.next(in, maxSegmentBytes(), this);
    while (frame != null && !closed && !lingering) {
      received(frame, reader.frameBytes());
      frame = reader.next(in, maxSegmentBytes(), this);
    }
  }

  private void endOfStream() {
    if (lingering) {
      close();
      return;
    }
    interest(key.interestOps() & ~SelectionKey.OP_READ);
    ended(reader.atBoundary());
  }

  private void write() throws IOException, TransferException {
    boolean blocked = mayInterleave() && !flushControl();
    blocked = blocked || pump() || !flushControl();
    if (closed) {
      return;
    }
    if (blocked) {
      interest(key.interestOps() | SelectionKey.OP_WRITE);
      return;
    }
    if (lingering && !shutDown) {
      shutDown = true;
      channel.shutdownOutput();
    }
    interest(key.interestOps() & ~SelectionKey.OP_WRITE);
  }

  /** Sends the queued control frames; true if none is left. */
  private boolean flushControl() throws IOException {
    while (!control.isEmpty()) {
      channel.write(control.peek());
      if (control.peek().hasRemaining()) {
        return false;
      }
      control.remove();
    }
    return true;
  }

  /** Whether the socket stands between two frames of {@link #pump()}. */
  abstract boolean mayInterleave();

  private void lostOrClosed(IOException e) {
    if (lingering) {
      close();
    } else {
      lost(e);
    }
  }
}
