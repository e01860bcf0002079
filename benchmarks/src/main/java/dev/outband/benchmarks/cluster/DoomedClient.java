package dev.outband.benchmarks.cluster;

import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceiveObserver;
import dev.outband.client.RetryPolicy;
import dev.outband.security.Identity;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A client with one transfer that is too slow to end before the client does. */
final class DoomedClient implements AutoCloseable {

  /** What the server serves. */
  static final String NAME = "object";

  private final OutbandClient client;
  private final AtomicReference<Transfer> transfer = new AtomicReference<>();
  private volatile Exception failure;

  private DoomedClient(OutbandClient client) {
    this.client = client;
  }

  /** One that knows a single server. */
  static DoomedClient connect(Path identity, String control) throws IOException, TransferException {
    return new DoomedClient(
        OutbandClient.builder()
            .identity(Identity.load(identity))
            .servers(control)
            .nativeAes(false)
            .retryPolicy(RetryPolicy.once())
            .connect());
  }

  OutbandClient client() {
    return client;
  }

  /**
   * Starts the transfer.
   *
   * @param errand what to do
   * @param object what to put
   * @param route leads to the server's data port, or lets the server find the client's
   */
  void start(Errand errand, Path object, UnaryOperator<ReceptionObject> route) throws Exception {
    FileService files = client.lookup(FileService.NAME, FileService.class);
    if (errand.direction() == Direction.PUT) {
      ReceptionObject reception = route.apply(files.put(errand.name(), object.toFile().length()));
      transfer.set(
          client.transmitter().start(Source.file(object), reception, errand.bytesPerSecond()));
    } else {
      Thread receiving = new Thread(() -> receive(files, errand, route), "doomed-" + errand.name());
      receiving.setDaemon(true);
      receiving.start();
    }
  }

  private void receive(FileService files, Errand errand, UnaryOperator<ReceptionObject> route) {
    ReceiveObserver slowing =
        new ReceiveObserver() {
          @Override
          public void begins(Transfer begun, long heldBytes) {
            begun.limitRate(errand.bytesPerSecond());
            transfer.set(begun);
          }
        };
    try {
      client.receive(Sink.discard(), to -> files.get(NAME, route.apply(to)), slowing);
    } catch (TransferException | RemoteException | InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  /** Whether some bytes have moved and more are to come. */
  boolean isOnTheWay() {
    Transfer running = transfer.get();
    if (failure != null
        || running != null && running.receipt().toCompletableFuture().isCompletedExceptionally()) {
      throw new IllegalStateException("a transfer failed before its client crashed", failure);
    }
    return running != null && running.bytes() > 0;
  }

  @Override
  public void close() {
    client.close();
  }
}
