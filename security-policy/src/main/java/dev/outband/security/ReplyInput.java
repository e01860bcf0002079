package dev.outband.security;

import java.io.FilterInputStream;
import java.io.IOException;

/**
 * What RMI reads from a connection that this process has opened. RMI puts a buffer of its own
 * around it, which it fills when it wants the first byte of a message. What is {@linkplain
 * BytesAhead ahead} of that byte RMI does not see.
 */
final class ReplyInput extends FilterInputStream {
  /**
   * Where a return says whether it is a result or an exception: behind its first byte, the header
   * of the object stream, and that of a block of data.
   */
  private static final int KIND = 7;

  private static final int RESULT = 0x01;

  private final MeteredStreams streams;
  private final PingAnswer pings;

  ReplyInput(MeteredStreams streams, PingAnswer pings) {
    super(streams.input());
    this.streams = streams;
    this.pings = pings;
  }

  @Override
  public int read() throws IOException {
    int answer = pings.take();
    if (answer > 0) {
      return answer;
    }
    if (!streams.takeWritten()) {
      return super.read();
    }
    pings.answered(false);
    return first();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int answer = pings.take();
    if (answer > 0) {
      bytes[offset] = (byte) answer;
      return 1;
    }
    if (!streams.takeWritten()) {
      return super.read(bytes, offset, length);
    }
    int first = first();
    if (first < 0) {
      return first;
    }
    bytes[offset] = (byte) first;
    int more = Math.min(length - 1, available());
    int count = more == 0 ? 1 : 1 + Math.max(0, super.read(bytes, offset + 1, more));
    pings.answered(RmiMessage.RETURN.is(first) && count > KIND && bytes[offset + KIND] == RESULT);
    return count;
  }

  /** The first byte of the message itself. */
  private int first() throws IOException {
    int value = super.read();
    while (value == BytesAhead.MARK) {
      BytesAhead.take(streams);
      value = super.read();
    }
    RmiMessage.RETURN.beginsWith(value);
    return value;
  }
}
