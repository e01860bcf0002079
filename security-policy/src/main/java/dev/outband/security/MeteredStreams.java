package dev.outband.security;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;

/**
 * The two streams of one control connection, with what RMI does not have: a limit to the bytes that
 * one message may be long, whatever it claims to contain, to the time in which it arrives, and to
 * the time of each write. A message ends where the other direction's begins.
 */
final class MeteredStreams {
  private final InputStream input;
  private final OutputStream output;
  private final RmiMessage expected;
  private final Watchdog.Watch watch;
  private final ControlLimits limits;

  private volatile long messageBytes;
  private volatile long messageStartNs;

  /**
   * Meters a connection.
   *
   * @param expected what the peer sends; told by the thread that reads the first byte of one
   */
  MeteredStreams(
      InputStream input,
      OutputStream output,
      RmiMessage expected,
      Watchdog.Watch watch,
      ControlLimits limits) {
    this.expected = expected;
    this.watch = watch;
    this.limits = limits;
    this.input = new Input(input);
    this.output = new Output(output);
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  private final class Input extends FilterInputStream {
    Input(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1, value);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      count(Math.max(count, 0), count > 0 ? bytes[offset] : -1);
      return count;
    }

    // One thread at a time reads a connection, and RMI writes only between two messages.
    private void count(int bytes, int first) throws IOException {
      long nowNs = System.nanoTime();
      if (messageBytes == 0) {
        messageStartNs = nowNs;
        expected.beginsWith(first);
      }
      long total = messageBytes + bytes;
      messageBytes = total;
      if (total > limits.maxMessageBytes()) {
        throw new IOException(
            "RMI message must be 0.." + limits.maxMessageBytes() + " bytes, not more");
      }
      if (nowNs - messageStartNs > limits.readTimeout().toNanos()) {
        throw new SocketTimeoutException(
            "RMI message must arrive within " + limits.readTimeout().toMillis() + " ms");
      }
    }
  }

  private final class Output extends FilterOutputStream {
    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      messageBytes = 0;
      watch.arm(limits.writeDeadline());
      try {
        out.write(bytes, offset, length);
      } finally {
        watch.disarm();
      }
    }
  }
}
