package dev.outband.benchmarks.load;

import dev.outband.transport.DataPlane;
import dev.outband.transport.DataPlaneBuilder;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Two data planes in this JVM with loopback between them, as their façades would start them but for
 * deadlines that no measurement meets.
 */
final class TwoEnds implements AutoCloseable {

  static final String SENDER = "load-sender";
  static final String RECEIVER = "load-receiver";

  private static final Duration LONG = Duration.ofHours(1);

  final DataPlane receiver;
  final DataPlane sender;
  final Transmitter transmitter;

  /** Both ends of one transfer. */
  record Pair(Reception reception, Transmission transmission) {

    void await() throws Exception {
      reception.await(transmission.confirmation());
      transmission.await();
    }
  }

  private TwoEnds(UnaryOperator<DataPlaneBuilder> further) throws IOException {
    receiver = further.apply(plane(RECEIVER)).start();
    sender = further.apply(plane(SENDER)).start();
    transmitter = sender.transmitter(() -> List.of(InetAddress.getLoopbackAddress()));
  }

  static TwoEnds start() throws IOException {
    return new TwoEnds(UnaryOperator.identity());
  }

  /** As {@link #start}, but that every transfer has a connection of its own. */
  static TwoEnds startCold() throws IOException {
    return new TwoEnds(plane -> plane.warmDeadline(Duration.ZERO));
  }

  private static DataPlaneBuilder plane(String name) {
    return DataPlane.builder()
        .name(name)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
        .idleDeadline(LONG)
        .ticketLifetime(LONG);
  }

  Pair start(Source source, Sink sink) throws Exception {
    return start(source, receiver.receptions().open(sink));
  }

  /** Starts a transfer that hardly moves until its reception's rate is set again. */
  Pair startHeld(Source source, Sink sink) throws Exception {
    Reception reception = receiver.receptions().open(sink);
    reception.transfer().limitRate(1);
    return start(source, reception);
  }

  private Pair start(Source source, Reception reception) throws Exception {
    return new Pair(reception, transmitter.start(source, reception.stub()));
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
  }
}
