package dev.outband.benchmarks.cluster;

import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceiveObserver;
import dev.outband.transport.FileStamp;
import dev.outband.transport.Sink;
import dev.outband.transport.Transfer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Receptions whose sender is killed: they go on with another server where they stopped. */
final class KilledSender implements Victims {

  private static final String NAME = "object";

  private final Kills.Plan plan;
  private final ThreeServers servers;
  private final Path folder;
  private final String sha256;
  private final List<OutbandClient> clients = new ArrayList<>();
  private final List<FileService> files = new ArrayList<>();
  private final ExecutorService killing =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "killing"));

  /** What goes over the wire, beyond the object, when nobody is killed. */
  private final long overhead;

  KilledSender(Kills.Plan plan, ThreeServers servers, Path folder) throws Exception {
    this.plan = plan;
    this.servers = servers;
    this.folder = folder;
    Path object = servers.root().resolve(NAME);
    this.sha256 = Bytes.write(object, plan.bytes(), plan.seed());
    awaitContentTag(object);
    for (int i = 0; i < ThreeServers.COUNT; i++) {
      OutbandClient client = servers.clientOf(i);
      clients.add(client);
      files.add(client.lookup(FileService.NAME, FileService.class));
    }
    try (CountingRelay relay = relay(0)) {
      receive(0, relay, new ReceiveObserver() {});
      this.overhead = relay.bytes() - plan.bytes();
    }
  }

  /** A file that was changed a moment ago has none, and without one nobody can go on. */
  private static void awaitContentTag(Path object) {
    Wait.until(
        () -> {
          try {
            return !FileStamp.of(object).contentTag().isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public Optional<Kills.Kill> kill(int server, long offset) throws Exception {
    Attempts attempts = new Attempts();
    try (CountingRelay relay = relay(server)) {
      CompletableFuture<Long> pauseNs =
          CompletableFuture.supplyAsync(
              () -> {
                attempts.awaitBytes(offset);
                long startNs = System.nanoTime();
                servers.server(server).kill();
                attempts.awaitMore();
                return System.nanoTime() - startNs;
              },
              killing);
      Path copy = receive(server, relay, attempts);
      attempts.end();
      long pauseMs = pauseNs.get() / 1_000_000;
      boolean isWhole = sha256.equals(Bytes.sha256(copy));
      Files.delete(copy);
      long twice = relay.bytes() - plan.bytes() - overhead;
      return attempts.wasKilled()
          ? Optional.of(new Kills.Kill(attempts.resumedAt(), pauseMs, twice, isWhole))
          : Optional.empty();
    }
  }

  private CountingRelay relay(int server) throws IOException {
    return CountingRelay.to(clients.get(server).dataAddress(), plan.bytesPerSecond());
  }

  private Path receive(int server, CountingRelay relay, ReceiveObserver observer) throws Exception {
    Path copy = folder.resolve(NAME);
    clients
        .get(server)
        .receive(Sink.file(copy), r -> files.get(server).get(NAME, relay.through(r)), observer);
    return copy;
  }

  @Override
  public void close() {
    killing.shutdown();
    clients.forEach(OutbandClient::close);
  }

  /** Watches the attempts of one reception. */
  private static final class Attempts implements ReceiveObserver {
    /** Guarded by this. */
    private final List<Transfer> begun = new ArrayList<>();

    /** Guarded by this; what the sink held when the second attempt began. */
    private long held;

    private volatile boolean isOver;

    @Override
    public synchronized void begins(Transfer transfer, long heldBytes) {
      begun.add(transfer);
      held = heldBytes;
    }

    void awaitBytes(long offset) {
      Wait.until(() -> isOver || latestBytes() >= offset);
    }

    /** Waits until another server has sent something. */
    void awaitMore() {
      Wait.until(() -> isOver || wasKilled() && latestBytes() > 0);
    }

    synchronized boolean wasKilled() {
      return begun.size() > 1;
    }

    void end() {
      isOver = true;
    }

    synchronized long resumedAt() {
      return held;
    }

    /** An attempt counts from where it begins. */
    private synchronized long latestBytes() {
      return begun.isEmpty() ? 0 : begun.get(begun.size() - 1).bytes();
    }
  }
}
