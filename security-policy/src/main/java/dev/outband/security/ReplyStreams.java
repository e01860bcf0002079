package dev.outband.security;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * What RMI reads and writes on a connection that this process has opened. RMI puts buffers of its
 * own around both: it fills the one when it wants the first byte of a message, and empties the
 * other at the end of one.
 */
final class ReplyStreams {
  private final MeteredStreams streams;
  private final InputStream input;
  private final OutputStream output;

  /** What the collector has not read yet of the {@link LeaseCall answer} to it. */
  private volatile byte[] answer = {};

  ReplyStreams(MeteredStreams streams) {
    this.streams = streams;
    this.input = new Input(streams.input());
    this.output = new Output(streams.output());
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
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    // One thread at a time uses a connection.
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      byte[] left = answer;
      if (left.length > 0 && length > 0) {
        int count = Math.min(length, left.length);
        System.arraycopy(left, 0, bytes, offset, count);
        answer = Arrays.copyOfRange(left, count, left.length);
        RmiMessage.LEASE.beginsWith(bytes[offset]);
        return count;
      }
      boolean isFirst = streams.takeWritten();
      int count = super.read(bytes, offset, length);
      if (isFirst) {
        RmiMessage.RETURN.beginsWith(count > 0 ? bytes[offset] : -1);
      }
      return count;
    }
  }

  private final class Output extends FilterOutputStream {
    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      byte[] own = LeaseCall.answer(bytes, offset, length);
      if (own == null) {
        out.write(bytes, offset, length);
      } else {
        answer = own;
      }
    }
  }
}
