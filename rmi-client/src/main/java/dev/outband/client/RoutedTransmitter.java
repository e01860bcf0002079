package dev.outband.client;

import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.Issuers.Issuer;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends into a reception at the server that it came from. Safe for use by several threads. */
final class RoutedTransmitter implements Transmitter {
  private final DataPlane dataPlane;
  private final ServerTransfers transfers;
  private final Transmitter toAny;

  /** Tells the servers that are connected, for receptions that did not come as a result. */
  RoutedTransmitter(
      DataPlane dataPlane, ServerTransfers transfers, Supplier<List<InetAddress>> servers) {
    this.dataPlane = dataPlane;
    this.transfers = transfers;
    this.toAny = dataPlane.transmitter(servers);
  }

  @Override
  public Transmission send(Source source, ReceptionObject reception, long bytesPerSecond, long most)
      throws TransferException {
    Optional<Issuer> issuer = transfers.issuerOf(reception);
    Transmitter transmitter =
        issuer.map(by -> dataPlane.transmitter(() -> List.of(by.address()))).orElse(toAny);
    // No call of the reception's process runs, whose reply the bytes could come with.
    ReceptionObject beside =
        reception instanceof ReceptionStub stub ? stub.withInband(0) : reception;
    Transmission started = transmitter.send(source, beside, bytesPerSecond, most);
    issuer.ifPresent(by -> transfers.started(started, by));
    return started;
  }
}
