package dev.outband.benchmarks;

import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import java.io.IOException;

/** The sending end of the RMI contenders: an Outband server with one object. */
final class RemoteFilesServer implements Contender.SendingEnd {
  private final OutbandServer server;

  private RemoteFilesServer(OutbandServer server) {
    this.server = server;
  }

  static RemoteFilesServer start(Workplace workplace) throws IOException {
    OutbandServer server =
        OutbandServer.builder()
            .identity(ThrowAwayDomain.server(workplace.pki()))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control(Loopback.HOST, 0)
            .data(Loopback.HOST, 0)
            .start();
    RemoteFiles files = new RemoteFilesService(workplace, server.transmitter());
    server.export(RemoteFiles.NAME, RemoteFiles.class, files);
    return new RemoteFilesServer(server);
  }

  @Override
  public String address() {
    return Loopback.format(server.controlAddress().getPort());
  }

  @Override
  public void close() {
    server.close();
  }
}
