package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * The connection below TLS. Once the peer has proven itself, who reads it waits as {@link BusyWait}
 * says: calls and their answers follow each other closely. Read by one thread at a time.
 */
// A close that took the lock could wait for another call.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class RawSocket extends Socket {
  /** Answers are long, calls are short, and a server has many connections. */
  private static final int CLIENT_AHEAD_BYTES = 32 << 10;

  private static final int SERVER_AHEAD_BYTES = 1 << 10;

  private final int readAheadBytes;
  private volatile boolean isProven;
  private volatile Input input;

  /** To be connected. */
  RawSocket() {
    readAheadBytes = CLIENT_AHEAD_BYTES;
  }

  private RawSocket(SocketImpl none) throws SocketException {
    super(none);
    readAheadBytes = SERVER_AHEAD_BYTES;
  }

  /** To be accepted into: whoever accepts gives it what it consists of. */
  static RawSocket unmade() throws SocketException {
    return new RawSocket(null);
  }

  /** The peer is one of the trust domain; strangers are waited for asleep. */
  void proven() {
    isProven = true;
  }

  /** One for all who ask: it may hold bytes that were read ahead. */
  @Override
  public InputStream getInputStream() throws IOException {
    Input current = input;
    if (current == null) {
      current = new Input(super.getInputStream(), new byte[readAheadBytes]);
      input = current;
    }
    return current;
  }

  @Override
  public void close() throws IOException {
    super.close();
    input = null;
  }

  /** Reads ahead, so that the heads of TLS records take no system call of their own. */
  private final class Input extends InputStream {
    private final InputStream in;
    private final BusyWait wait = new BusyWait();
    private final byte[] ahead;
    private int position;
    private int limit;

    /** Bytes that were there when it last looked, and were not read since. */
    private int there;

    Input(InputStream in, byte[] ahead) {
      this.in = in;
      this.ahead = ahead;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (isClosed()) {
        throw new SocketException("closed");
      }
      if (length == 0) {
        return 0;
      }
      if (position == limit) {
        await();
        if (length >= ahead.length) {
          return taken(in.read(bytes, offset, length));
        }
        int count = taken(in.read(ahead, 0, ahead.length));
        if (count < 0) {
          return count;
        }
        position = 0;
        limit = count;
      }
      int count = Math.min(length, limit - position);
      System.arraycopy(ahead, position, bytes, offset, count);
      position += count;
      return count;
    }

    @Override
    public int available() throws IOException {
      return limit - position + in.available();
    }

    private int taken(int count) {
      there = Math.max(0, there - Math.max(0, count));
      return count;
    }

    private void await() throws IOException {
      if (isProven && there == 0) {
        wait.lookFor(this::isThere);
      }
    }

    private boolean isThere() throws IOException {
      there = in.available();
      return there > 0;
    }
  }
}
