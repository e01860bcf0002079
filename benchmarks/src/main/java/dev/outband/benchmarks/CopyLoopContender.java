package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Raw bytes read and written through one direct buffer at each end. No security. */
final class CopyLoopContender implements Contender {
  static final String NAME = "raw-copy-loop";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.RAW;
  }

  @Override
  public String description() {
    return "raw TCP, file to socket and socket to sink through one 256 KiB direct buffer at each"
        + " end; no security";
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    return SocketSender.start(
        workplace,
        ServerSocketChannel.open().bind(Loopback.anyPort()).socket(),
        socket -> {
          SocketChannel channel = socket.getChannel();
          ByteBuffer buffer = ByteBuffer.allocateDirect(ChannelReceiver.BUFFER_BYTES);
          return file -> copyAll(file, channel, buffer);
        });
  }

  private static void copyAll(FileChannel file, SocketChannel channel, ByteBuffer buffer)
      throws IOException {
    while (file.read(buffer.clear()) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws IOException {
    return new ChannelReceiver(address);
  }
}
