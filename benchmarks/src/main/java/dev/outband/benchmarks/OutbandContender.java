package dev.outband.benchmarks;

import dev.outband.client.OutbandClient;
import dev.outband.transport.Sink;
import java.io.IOException;

/** Outband, level {@code PRIVACY}: a call of the secured RMI asks, the bytes come beside it. */
final class OutbandContender implements Contender {
  static final String NAME = "outband";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Outband, `PRIVACY`, a new data connection for each transfer, until the receipt";
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
    public long fetch(long bytes) throws Exception {
      Sink sink =
          workplace.sink() == SinkKind.DISCARD ? Sink.discard() : Sink.file(workplace.output());
      return client.receive(sink, reception -> files.fetch(bytes, reception)).bytes();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
