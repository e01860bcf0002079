package dev.outband.security;

import java.io.FilterInputStream;
import java.io.IOException;

/**
 * What RMI reads from a connection that this process has opened. RMI puts a buffer of its own
 * around it, which it fills when it wants the first byte of a message.
 */
final class ReplyInput extends FilterInputStream {
  private final MeteredStreams streams;

  ReplyInput(MeteredStreams streams) {
    super(streams.input());
    this.streams = streams;
  }

  @Override
  public int read() throws IOException {
    boolean isFirst = streams.takeWritten();
    int value = super.read();
    if (isFirst) {
      RmiMessage.RETURN.beginsWith(value);
    }
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    boolean isFirst = streams.takeWritten();
    int count = super.read(bytes, offset, length);
    if (isFirst) {
      RmiMessage.RETURN.beginsWith(count > 0 ? bytes[offset] : -1);
    }
    return count;
  }
}
