package dev.outband.security;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Answers RMI's question whether a connection that it has kept is alive, for the server, if that
 * has answered what was sent a moment ago with a result, and nothing has come since, a good-bye for
 * instance. An exception may be the last that a server says: where an argument's own {@code
 * readObject} throws something unchecked, RMI keeps the connection at this end, but the server
 * takes what is left of the call for the next one, and ends it a little after that answer.
 *
 * <p>RMI asks before each call over a connection that was not used for twice the time of the last
 * answer, in whole milliseconds: so where an answer takes less than one, before every call, which
 * then takes two round trips. One thread at a time uses a connection.
 */
final class PingAnswer {
  /**
   * A server is taken for alive that has answered a message which was written less than so long
   * ago. It is counted from the message, since nobody knows when an answer came that was read late.
   */
  static final long TRUSTED_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final byte PING = 0x52;
  private static final int ALIVE = 0x53;

  private final MeteredStreams streams;
  private final InputStream received;
  private final LongSupplier sinceWrittenNs;
  private boolean isDue;
  private boolean hasResult;

  /**
   * For one connection.
   *
   * @param received what comes from the server, TLS included
   */
  PingAnswer(MeteredStreams streams, InputStream received) {
    this(streams, received, streams::sinceWrittenNs);
  }

  PingAnswer(MeteredStreams streams, InputStream received, LongSupplier sinceWrittenNs) {
    this.streams = streams;
    this.received = received;
    this.sinceWrittenNs = sinceWrittenNs;
  }

  /** What RMI writes to the connection, but for the questions that are answered here. */
  OutputStream output() {
    return new Output(streams.output());
  }

  /** What was written last was answered: with the result of a call, or with something else. */
  void answered(boolean withResult) {
    hasResult = withResult;
  }

  /** The answer, once for each question that was not passed on; 0 if none is due. */
  int take() {
    int answer = isDue ? ALIVE : 0;
    isDue = false;
    return answer;
  }

  private boolean answers(byte[] bytes, int offset, int length) throws IOException {
    // No other message of RMI's begins with this byte; what goes on with one may, and is written.
    return length == 1
        && bytes[offset] == PING
        && hasResult
        && !streams.isWritten()
        && sinceWrittenNs.getAsLong() < TRUSTED_NS
        && streams.input().available() == 0
        && received.available() == 0;
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
      isDue = answers(bytes, offset, length);
      if (!isDue) {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (!isDue) {
        out.flush();
      }
    }
  }
}
