package dev.outband.benchmarks;

import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarBinaryVector;

/** Arrow Flight: {@code DoGet} of one binary column, one value a batch. */
final class FlightContender implements Contender {
  static final String CLEAR = "flight";
  static final String TLS = "flight-tls";

  private final boolean secured;

  private FlightContender(boolean secured) {
    this.secured = secured;
  }

  static Contender clear() {
    return new FlightContender(false);
  }

  static Contender secured() {
    return new FlightContender(true);
  }

  @Override
  public String name() {
    return secured ? TLS : CLEAR;
  }

  @Override
  public Kind kind() {
    return secured ? Kind.SECURED : Kind.CLEAR;
  }

  @Override
  public String description() {
    return "Arrow Flight, `DoGet` in batches of 1 MiB (one binary value), window 8 MiB, "
        + (secured ? "netty-tcnative (BoringSSL), TLS 1.3, client certificate" : "in clear");
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.ARROW;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws Exception {
    BufferAllocator allocator = new RootAllocator();
    Consumer<NettyServerBuilder> window =
        grpc -> grpc.flowControlWindow(GrpcContender.WINDOW_BYTES);
    FlightFileSender producer = new FlightFileSender(workplace, allocator);
    FlightServer.Builder builder =
        FlightServer.builder(allocator, location(), producer)
            .transportHint("grpc.builderConsumer", window);
    if (secured) {
      Path folder = ThrowAwayDomain.serverFolder(workplace.pki());
      builder
          .useTls(PeerTls.certificate(folder), PeerTls.key(folder))
          .useMTlsClientVerification(PeerTls.authority(folder));
    }
    return new Sender(builder.build().start(), producer);
  }

  private Location location() {
    return secured
        ? Location.forGrpcTls(Loopback.HOST, 0)
        : Location.forGrpcInsecure(Loopback.HOST, 0);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    return new Receiver(
        FlightGrpcUtils.createFlightClient(
            new RootAllocator(), GrpcContender.channel(workplace, address, secured)));
  }

  /** A server with one producer. */
  private record Sender(FlightServer server, FlightFileSender producer) implements SendingEnd {

    @Override
    public String address() {
      return Loopback.format(server.getPort());
    }

    @Override
    public void close() throws IOException {
      server.shutdown();
      producer.close();
    }
  }

  /** One client. */
  private record Receiver(FlightClient client) implements ReceivingEnd {

    @Override
    public long fetch(long bytes, Drain drain) throws Exception {
      byte[] length = ByteBuffer.allocate(Long.BYTES).putLong(bytes).array();
      long received = 0;
      try (FlightStream stream = client.getStream(new Ticket(length))) {
        while (stream.next()) {
          VarBinaryVector column = (VarBinaryVector) stream.getRoot().getVector(0);
          int value = column.getValueLength(0);
          drain.accept(column.getDataBuffer().nioBuffer(column.getStartOffset(0), value));
          received += value;
        }
      }
      return received;
    }

    @Override
    public void close() throws IOException {
      try {
        client.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
