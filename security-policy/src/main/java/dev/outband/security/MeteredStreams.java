package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

/**
 * The two streams of one control connection, with what RMI does not have: a limit to the bytes that
 * one message may be long, whatever it claims to contain, to the time in which it arrives, and to
 * the time of each write; and it tells how many bytes of it are in memory. A message ends where the
 * other direction's begins.
 */
final class MeteredStreams {
  /** Of a message that goes on, an eighth more is claimed at a time. */
  private static final int GROWTH = 8;

  /**
   * While more of a message follows, RMI writes that much at once, or more: what its buffer of 8
   * KiB holds when another piece, of 1 KiB at most, does not fit.
   */
  private static final int MORE_FOLLOWS_BYTES = 7 << 10;

  /** What the JDK puts into one record of TLS 1.3; a byte more would make two of them. */
  private static final int RECORD_BYTES = (16 << 10) - 17;

  private final InputStream input;
  private final Output output;
  private final Watchdog.Watch watch;
  private final ControlLimits limits;
  private final Budget budget;

  private volatile boolean written;
  private volatile long messageBytes;
  private volatile long messageStartNs;
  private volatile long claimedBytes;
  private volatile long writtenNs = System.nanoTime();

  /** What the bytes of messages are taken from. */
  interface Budget {

    /** Has whatever is claimed. */
    Budget ENDLESS =
        new Budget() {
          @Override
          public void claim(long bytes) {}
        };

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
   * Sends bytes before the message that is written next.
   *
   * @throws TransferException what the filler throws; the peer is told then that they are void
   */
  void sendAhead(UUID id, int length, BytesAhead.Filler filler)
      throws TransferException, IOException {
    output.sendAhead(id, length, filler);
  }

  /** What is read from now on counts as a message of its own. */
  void nextMessage() {
    messageBytes = 0;
  }

  /** How much of what is ahead of a reply is read as such a message. */
  int pieceBytes() {
    return (int) Math.min(BytesAhead.PIECE_BYTES, limits.maxMessageBytes());
  }

  /** Whether something was written since the last question: what RMI reads next is a message. */
  boolean takeWritten() {
    boolean was = written;
    written = false;
    return was;
  }

  /** Whether the message that was begun last is the one that goes out. */
  boolean isWritten() {
    return written;
  }

  /** How long ago the last message was begun to be written: an answer to it came later. */
  long sinceWrittenNs() {
    return System.nanoTime() - writtenNs;
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
    /** What of a long message waits until it fills a record; null between two long messages. */
    private byte[] record;

    private int recordBytes;

    /** A write has failed: what would follow it is another message than was meant. */
    private boolean isBroken;

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
      if (!written) {
        writtenNs = System.nanoTime();
        written = true;
      }
      if (record == null && length < MORE_FOLLOWS_BYTES) {
        pass(bytes, offset, length);
      } else {
        gather(bytes, offset, length);
      }
    }

    void sendAhead(UUID id, int length, BytesAhead.Filler filler)
        throws TransferException, IOException {
      gather(BytesAhead.head(id, length), 0, BytesAhead.HEAD_BYTES);
      long writingNs = 0;
      int left = length;
      try {
        while (left > 0) {
          int count = room(left);
          filler.fill(ByteBuffer.wrap(record, recordBytes, count).slice());
          left -= count;
          long fromNs = System.nanoTime();
          added(count);
          writingNs += System.nanoTime() - fromNs;
          requireRead(length - left, writingNs);
        }
      } finally {
        if (!isBroken) {
          endAhead(left);
        }
      }
    }

    private void requireRead(int bytes, long writingNs) throws SocketTimeoutException {
      long pieces = 1L + bytes / BytesAhead.PIECE_BYTES;
      if (writingNs / pieces > limits.writeDeadline().toNanos()) {
        isBroken = true;
        throw new SocketTimeoutException(
            "each 64 KiB ahead of a reply must be read within "
                + limits.writeDeadline().toMillis()
                + " ms");
      }
    }

    /** Without a further allocation: the reason for what is missing may be that there is none. */
    private void endAhead(int missing) throws IOException {
      boolean hasEnded = false;
      try {
        for (int left = missing; left > 0; ) {
          int count = room(left);
          Arrays.fill(record, recordBytes, recordBytes + count, (byte) 0);
          left -= count;
          added(count);
        }
        if (room(1) == 1) {
          record[recordBytes] = BytesAhead.end(missing == 0);
          added(1);
          hasEnded = true;
        }
      } finally {
        isBroken |= !hasEnded;
      }
    }

    private void gather(byte[] bytes, int offset, int length) throws IOException {
      int taken = 0;
      while (taken < length) {
        int count = room(length - taken);
        System.arraycopy(bytes, offset + taken, record, recordBytes, count);
        taken += count;
        added(count);
      }
    }

    /** How many of so many bytes the record has room for; one at least. */
    private int room(int most) {
      if (record == null) {
        record = new byte[RECORD_BYTES];
      }
      return Math.min(most, RECORD_BYTES - recordBytes);
    }

    private void added(int count) throws IOException {
      recordBytes += count;
      if (recordBytes == RECORD_BYTES) {
        recordBytes = 0;
        pass(record, 0, RECORD_BYTES);
      }
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
      if (isBroken) {
        throw new IOException("a write before failed");
      }
      isBroken = true;
      watch.arm(limits.writeDeadline());
      try {
        out.write(bytes, offset, length);
        isBroken = false;
      } finally {
        watch.disarm();
      }
    }

    /** RMI does so once a whole message is written. */
    @Override
    public void flush() throws IOException {
      if (record != null) {
        byte[] last = record;
        int lastBytes = recordBytes;
        record = null;
        recordBytes = 0;
        if (lastBytes > 0) {
          pass(last, 0, lastBytes);
        }
      }
      out.flush();
      if (claimedBytes > 0) {
        claimedBytes = 0;
        budget.claim(0);
      }
    }
  }
}
