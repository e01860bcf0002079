package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Raw bytes by {@link FileChannel#transferTo}, which is {@code sendfile} on Linux. No security. */
final class TransferToContender implements Contender {
  static final String NAME = "raw-transfer-to";

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
    return "raw TCP, `FileChannel.transferTo`; the receiver reads into one 256 KiB direct buffer;"
        + " no security";
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    return SocketSender.start(
        workplace,
        ServerSocketChannel.open().bind(Loopback.anyPort()).socket(),
        socket -> {
          SocketChannel channel = socket.getChannel();
          return file -> sendAll(file, channel);
        });
  }

  private static void sendAll(FileChannel file, SocketChannel channel) throws IOException {
    long size = file.size();
    long position = 0;
    while (position < size) {
      position += file.transferTo(position, size - position, channel);
    }
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws IOException {
    return new ChannelReceiver(address);
  }
}
