package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * The two streams of one control connection, with what RMI does not have: a limit to the bytes that
 * one message may be long, whatever it claims to contain, to the time in which it arrives, and to
 * the time of each write; and it tells how many bytes of it are in memory. A message ends where the
 * other direction's begins.
 */
final class MeteredStreams {
  /** Of a message that goes on, an eighth more is claimed at a time. */
  private static final int GROWTH = 8;

  private final InputStream input;
  private final OutputStream output;
  private final Watchdog.Watch watch;
  private final ControlLimits limits;
  private final Budget budget;

  private volatile boolean written;
  private volatile long messageBytes;
  private volatile long messageStartNs;
  private volatile long claimedBytes;

  /** What the bytes of messages are taken from. */
  @FunctionalInterface
  interface Budget {

    /**
     * Has so many from now on; with 0, none.
     *
     * @throws IOException that {@link #exceeded} has made, if there are not so many
     */
    void claim(long bytes) throws IOException;
  }

  MeteredStreams(
      InputStream input,
      OutputStream output,
      Watchdog.Watch watch,
      ControlLimits limits,
      Budget budget) {
    this.budget = budget;
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

  /**
   * What is thrown for a message that exceeds a limit. RMI's reply to a call brings its cause,
   * which every client admits.
   */
  static IOException exceeded(String limit) {
    return new IOException(limit, new TransferException(Code.LIMIT_EXCEEDED, limit));
  }

  /** How long the message that came last may still take; nothing or less if it is late. */
  Duration messageLeft() {
    return limits.readTimeout().minusNanos(System.nanoTime() - messageStartNs);
  }

  /**
   * Has the message take so many bytes of memory, if it has not taken more.
   *
   * @throws IOException that {@link #exceeded} has made, if there are not so many
   */
  void hold(long bytes) throws IOException {
    if (bytes > CallBytes.FREE_BYTES && bytes > claimedBytes) {
      long more = bytes + bytes / GROWTH;
      budget.claim(more - CallBytes.FREE_BYTES);
      claimedBytes = more;
    }
  }

  /**
   * Has the reply take so many bytes of memory beside what the call takes, until it is written.
   *
   * @return false, with nothing changed, if there are not so many
   */
  boolean holdForReply(long bytes) {
    if (bytes <= CallBytes.FREE_BYTES) {
      return true;
    }
    long all = Math.max(claimedBytes, CallBytes.FREE_BYTES) + bytes;
    try {
      budget.claim(all - CallBytes.FREE_BYTES);
    } catch (IOException e) {
      return false;
    }
    claimedBytes = all;
    return true;
  }

  /** Whether something was written since the last question: what RMI reads next is a message. */
  boolean takeWritten() {
    boolean was = written;
    written = false;
    return was;
  }

  private final class Input extends FilterInputStream {
    Input(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      count(Math.max(count, 0));
      return count;
    }

    // One thread at a time reads a connection, and RMI writes only between two messages.
    private void count(int bytes) throws IOException {
      long nowNs = System.nanoTime();
      if (messageBytes == 0) {
        messageStartNs = nowNs;
      }
      long total = messageBytes + bytes;
      messageBytes = total;
      if (total > limits.maxMessageBytes()) {
        throw exceeded("RMI message must be 0.." + limits.maxMessageBytes() + " bytes, not more");
      }
      hold(total);
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
      written = true;
      watch.arm(limits.writeDeadline());
      try {
        out.write(bytes, offset, length);
      } finally {
        watch.disarm();
      }
    }

    /** RMI does so once a whole message is written. */
    @Override
    public void flush() throws IOException {
      out.flush();
      if (claimedBytes > 0) {
        claimedBytes = 0;
        budget.claim(0);
      }
    }
  }
}
