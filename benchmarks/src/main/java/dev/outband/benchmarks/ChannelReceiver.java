package dev.outband.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The receiving end of the raw contenders: one connection, one direct buffer. */
final class ChannelReceiver implements Contender.ReceivingEnd {
  static final int BUFFER_BYTES = 256 << 10;

  private final SocketChannel channel;
  private final ByteBuffer request = ByteBuffer.allocateDirect(Long.BYTES);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  ChannelReceiver(String address) throws IOException {
    channel = SocketChannel.open(Loopback.parse(address));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  @Override
  public long fetch(long bytes, Drain drain) throws IOException {
    request.clear().putLong(bytes).flip();
    channel.write(request);
    long left = bytes;
    while (left > 0) {
      left -= readInto(drain, left);
    }
    return bytes;
  }

  private int readInto(Drain drain, long most) throws IOException {
    buffer.clear().limit((int) Math.min(BUFFER_BYTES, most));
    int read = channel.read(buffer);
    if (read < 0) {
      throw new EOFException("the sender closed the connection with " + most + " bytes to come");
    }
    drain.accept(buffer.flip());
    return read;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
