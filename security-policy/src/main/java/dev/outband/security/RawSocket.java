package dev.outband.security;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * The connection below TLS. Once the peer has proven itself, who reads it waits as {@link BusyWait}
 * says: calls and their answers follow each other closely. Read by one thread at a time.
 */
final class RawSocket extends Socket {
  private volatile boolean isProven;

  /** To be connected. */
  RawSocket() {}

  private RawSocket(SocketImpl none) throws SocketException {
    super(none);
  }

  /** To be accepted into: whoever accepts gives it what it consists of. */
  static RawSocket unmade() throws SocketException {
    return new RawSocket(null);
  }

  /** The peer is one of the trust domain; strangers are waited for asleep. */
  void proven() {
    isProven = true;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new Input(super.getInputStream());
  }

  private final class Input extends FilterInputStream {
    private final BusyWait wait = new BusyWait();

    /** Bytes that were there when it last looked, and were not read since. */
    private int there;

    Input(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      await();
      int value = in.read();
      taken(1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      await();
      int count = in.read(bytes, offset, length);
      taken(count);
      return count;
    }

    private void taken(int count) {
      there = Math.max(0, there - Math.max(0, count));
    }

    private void await() throws IOException {
      if (isProven && there <= 0) {
        wait.lookFor(this::isThere);
      }
    }

    private boolean isThere() throws IOException {
      there = in.available();
      return there > 0;
    }
  }
}
