package dev.outband.testkit;

import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.DataPlaneBuilder;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmitter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Two data planes on loopback, and what it takes to send through a proxy between them. */
final class Rig implements AutoCloseable {

  /** A deadline for many cases of which some need it to pass, and which may be run again. */
  static final Duration SHORT = Duration.ofSeconds(1);

  /**
   * A deadline for a few that need it to pass, and that must not fail on a machine that has other
   * work.
   */
  static final Duration MEDIUM = Duration.ofSeconds(3);

  /** A deadline that does not pass. */
  static final Duration LONG = Duration.ofSeconds(20);

  /** By when everything has ended that short or medium deadlines end, one after the other. */
  static final Duration BOUND = Duration.ofSeconds(20);

  private static final Duration RECEIPT = Duration.ofSeconds(5);

  final DataPlane receiver;
  final DataPlane sender;
  final Transmitter transmitter;

  private Rig(DataPlaneBuilder receiver, DataPlaneBuilder sender) throws IOException {
    this.receiver = receiver.start();
    this.sender = sender.start();
    this.transmitter = this.sender.transmitter(() -> List.of(InetAddress.getLoopbackAddress()));
  }

  static Rig start(Duration deadline) throws IOException {
    return new Rig(plane("receiver", deadline), plane("sender", deadline));
  }

  static Rig start(DataPlaneBuilder receiver, DataPlaneBuilder sender) throws IOException {
    return new Rig(receiver, sender);
  }

  /** Ends every connection with its transfer, because what a proxy does is for one connection. */
  static DataPlaneBuilder plane(String name, Duration deadline) {
    return DataPlane.builder()
        .name(name)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
        .openingDeadline(deadline)
        .idleDeadline(deadline)
        .receiptDeadline(RECEIPT)
        .ticketLifetime(deadline.multipliedBy(3).dividedBy(2))
        .warmDeadline(Duration.ZERO)
        .reopenDeadline(Duration.ZERO);
  }

  /** The same ticket, to be opened at another place. */
  static ReceptionStub at(Endpoint endpoint, ReceptionStub stub) {
    return new ReceptionStub(List.of(endpoint), stub.ticket());
  }

  /** Sends a file through the proxy into a new reception and waits for both ends. */
  ProxiedConnection send(Path from, Path to, ChaosProxy proxy, Plan plan)
      throws IOException, TransferException, InterruptedException {
    ProxiedConnection connection = proxy.next(plan);
    try (Reception reception = receiver.receptions().open(Sink.file(to))) {
      var transmission =
          transmitter.start(Source.file(from, "matrix"), at(proxy.endpoint(), reception.stub()));
      reception.await(transmission.confirmation());
      transmission.await();
    }
    return connection;
  }

  /** What a good transfer of the file looks like on the wire. */
  Recording record(Path from, Path scratch) throws Exception {
    try (ChaosProxy proxy = ChaosProxy.to(receiver.address())) {
      ProxiedConnection connection = send(from, scratch, proxy, Plan.RECORDING);
      if (!connection.awaitEnd(BOUND)) {
        throw new AssertionError("the recorded connection did not end");
      }
      Files.delete(scratch);
      return new Recording(
          connection.recorded(Direction.TO_LISTENER), connection.recorded(Direction.FROM_LISTENER));
    }
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }
}
