package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data connection on its event loop: bytes in, cut into frames; bytes out; one deadline. What
 * the frames mean is its session's.
 *
 * <p>Confined to the loop's thread.
 */
final class Connection implements EventLoop.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How many reads a connection may do before the others of its loop get their turn. */
  private static final int READS_A_TURN = 32;

  /** A turn that read less than this found the receiver faster than the transmitter. */
  private static final int LITTLE_BYTES = 512 * 1024;

  final EventLoop loop;
  final SocketChannel channel;
  private final FrameReader reader;
  private final ArrayDeque<ByteBuffer> control = new ArrayDeque<>();
  private Session session;
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

  /** Registers with the loop, to be served from now on. */
  void accepted() throws IOException {
    key = loop.register(channel, SelectionKey.OP_READ, this);
  }

  /** Dials; the session is told when the connection is there. */
  void dial(InetSocketAddress endpoint, Session first) {
    session = first;
    try {
      key = loop.register(channel, SelectionKey.OP_CONNECT, this);
      if (channel.connect(endpoint)) {
        session.connected();
      }
    } catch (IOException e) {
      session.lost(e);
    }
  }

  /** What the connection is used for from now on. */
  void use(Session next) {
    countOut();
    session = next;
    if (session.movesBytes()) {
      loop.busier(1);
    }
  }

  private void countOut() {
    if (session != null && session.movesBytes()) {
      loop.busier(-1);
    }
  }

  void deadlineIn(long ns) {
    deadlineNs = loop.nowNs() + ns;
  }

  void interest(int ops) {
    if (key != null && key.isValid() && key.interestOps() != ops) {
      key.interestOps(ops);
    }
  }

  /** Sends a control frame behind what is being sent, at once if the socket takes it. */
  void send(byte[] frame) {
    if (closed) {
      return;
    }
    control.add(ByteBuffer.wrap(frame));
    try {
      write();
    } catch (TransferException e) {
      session.broken(e);
    } catch (IOException e) {
      lostOrClosed(e);
    }
  }

  void resumeReading() {
    if (!closed && !lingering) {
      interest(key.interestOps() | SelectionKey.OP_READ);
    }
  }

  void resumeWriting() {
    if (!closed) {
      interest(key.interestOps() | SelectionKey.OP_WRITE);
    }
  }

  /** Says the last word, gives the other end a moment to read it, and closes. */
  void endGently(long lingerNs) {
    if (!closed && !lingering) {
      lingering = true;
      lingerUntilNs = loop.nowNs() + lingerNs;
      interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /** Whether nothing of a further frame has come. */
  boolean isBetweenFrames() {
    return reader.isBetweenFrames();
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    countOut();
    reader.release();
    control.clear();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a data connection, reason={}", e.toString());
    }
    session.closed();
  }

  @Override
  public void ready(SelectionKey ready, int operations) {
    try {
      if ((operations & SelectionKey.OP_CONNECT) != 0) {
        channel.finishConnect();
        session.connected();
        return;
      }
      if ((operations & SelectionKey.OP_READ) != 0) {
        read();
      }
      if (!closed && ready.isValid() && (operations & SelectionKey.OP_WRITE) != 0) {
        write();
      }
    } catch (TransferException e) {
      session.broken(e);
    } catch (IOException e) {
      lostOrClosed(e);
    }
  }

  @Override
  public void tick(long nowNs) {
    if (lingering) {
      if (nowNs - lingerUntilNs >= 0) {
        close();
      }
    } else if (nowNs - deadlineNs >= 0) {
      session.overdue();
    }
  }

  private void read() throws IOException, TransferException {
    ByteBuffer in = loop.scratch().inbound;
    int total = 0;
    for (int turn = 0;
        turn < READS_A_TURN && !closed && (key.interestOps() & SelectionKey.OP_READ) != 0;
        turn++) {
      int limit =
          lingering ? in.capacity() : Math.min(in.capacity(), session.readable(reader.held()));
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
        break;
      }
      if (!lingering) {
        takeApart(in.flip());
      }
      total += count;
      if (count < limit) {
        // There is no more; to be told so would take another call of the system.
        break;
      }
    }
    if (!closed && total < LITTLE_BYTES && session.mayGather()) {
      loop.gather();
    }
  }

  /** A session that takes over in the middle of what was read is told of the rest. */
  private void takeApart(ByteBuffer in) throws TransferException {
    Session told = null;
    while (!closed && !lingering) {
      if (told != session && in.hasRemaining()) {
        told = session;
        told.progressed(in.remaining());
      }
      byte[] frame = closed ? null : reader.next(in, session);
      if (frame == null) {
        return;
      }
      session.received(frame, reader.frameBytes());
    }
  }

  private void endOfStream() {
    if (lingering) {
      close();
      return;
    }
    interest(key.interestOps() & ~SelectionKey.OP_READ);
    session.ended();
  }

  private void write() throws IOException, TransferException {
    boolean blocked = session.mayInterleave() && !flushControl();
    blocked = blocked || session.pump() || !flushControl();
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

  @Override
  public void abandon(Throwable why) {
    boolean closing = why instanceof IOException;
    try {
      session.abandoned(
          closing
              ? new TransferException(Code.SHUTTING_DOWN, String.valueOf(why.getMessage()), why)
              : new TransferException(Code.INTERNAL, "a fault on a data connection", why));
    } finally {
      // Whoever has said its last word does not look any more.
      close();
    }
  }

  /** Whom the connection is to, for the log. */
  String peer() {
    return String.valueOf(address());
  }

  /** To whom; null once it is closed. */
  InetSocketAddress address() {
    return (InetSocketAddress) channel.socket().getRemoteSocketAddress();
  }

  private void lostOrClosed(IOException e) {
    if (lingering) {
      close();
    } else {
      session.lost(e);
    }
  }
}
