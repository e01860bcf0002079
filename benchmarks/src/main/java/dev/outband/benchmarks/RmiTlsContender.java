package dev.outband.benchmarks;

import dev.outband.client.OutbandClient;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes as {@code byte[]} results of one call after the other, over Outband's secured RMI. */
final class RmiTlsContender implements Contender {
  static final String NAME = "rmi-tls";
  static final int BLOCK_BYTES = 1 << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "`byte[]` results of 1 MiB, one call after the other, over Outband's secured RMI"
        + " (TLS 1.3, AES-256-GCM)";
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    return RemoteFilesServer.start(workplace);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    OutbandClient client = ThrowAwayDomain.connect(workplace.pki(), address);
    return new Receiver(workplace, client, client.lookup(RemoteFiles.NAME, RemoteFiles.class));
  }

  /** One client. */
  private record Receiver(Workplace workplace, OutbandClient client, RemoteFiles files)
      implements ReceivingEnd {

    @Override
    public long fetch(long bytes) throws IOException {
      long position = 0;
      try (Drain drain = workplace.drain()) {
        while (position < bytes) {
          int most = (int) Math.min(BLOCK_BYTES, bytes - position);
          byte[] block = files.read(bytes, position, most);
          drain.accept(ByteBuffer.wrap(block));
          position += block.length;
        }
        drain.finish();
      }
      return position;
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
