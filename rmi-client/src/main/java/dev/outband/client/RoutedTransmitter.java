package dev.outband.client;

import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;

/** Sends into a reception at the server that it came from. Safe for use by several threads. */
final class RoutedTransmitter implements Transmitter {
  private final DataPlane dataPlane;
  private final Issuers issuers;
  private final Transmitter toAny;

  /** Tells the servers that are connected, for receptions that did not come as a result. */
  RoutedTransmitter(DataPlane dataPlane, Issuers issuers, Supplier<List<InetAddress>> servers) {
    this.dataPlane = dataPlane;
    this.issuers = issuers;
    this.toAny = dataPlane.transmitter(servers);
  }

  @Override
  public Transmission send(Source source, ReceptionObject reception, long bytesPerSecond)
      throws TransferException {
    Transmitter transmitter =
        issuers
            .issuerOf(reception)
            .map(address -> dataPlane.transmitter(() -> List.of(address)))
            .orElse(toAny);
    return transmitter.send(source, reception, bytesPerSecond);
  }
}
