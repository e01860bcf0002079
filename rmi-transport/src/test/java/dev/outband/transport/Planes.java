package dev.outband.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Two data planes on loopback: one that receives and one that transmits to it. */
final class Planes implements AutoCloseable {

  final DataPlane receiver;
  final DataPlane sender;
  final Transmitter transmitter;

  private Planes(DataPlane receiver, DataPlane sender) {
    this.receiver = receiver;
    this.sender = sender;
    this.transmitter = sender.transmitter(() -> List.of(InetAddress.getLoopbackAddress()));
  }

  static Planes start() throws IOException {
    return of(loopback("receiver"), loopback("sender"));
  }

  static Planes of(DataPlaneBuilder receiver, DataPlaneBuilder sender) throws IOException {
    return new Planes(receiver.start(), sender.start());
  }

  /** Dials whatever is advertised, for a test of what comes after the dialing. */
  static DataPlaneBuilder loopback(String name) {
    return DataPlane.builder()
        .name(name)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()));
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }
}
