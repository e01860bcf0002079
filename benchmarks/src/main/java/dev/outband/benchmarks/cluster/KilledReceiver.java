package dev.outband.benchmarks.cluster;

import dev.outband.api.TransferException;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Transmissions whose receiving server is killed: they fail, typed, and the client makes its call
 * again, which opens a reception at another server. Nothing of the first one's is of use there.
 */
final class KilledReceiver implements Victims {

  private final Kills.Plan plan;
  private final ThreeServers servers;
  private final Path object;
  private final String sha256;
  private final List<OutbandClient> clients = new ArrayList<>();
  private final List<FileService> files = new ArrayList<>();
  private int names;

  KilledReceiver(Kills.Plan plan, ThreeServers servers, Path folder) throws Exception {
    this.plan = plan;
    this.servers = servers;
    this.object = folder.resolve("object");
    this.sha256 = Bytes.write(object, plan.bytes(), plan.seed());
    for (int i = 0; i < ThreeServers.COUNT; i++) {
      OutbandClient client = servers.clientOf(i);
      clients.add(client);
      files.add(client.lookup(FileService.NAME, FileService.class));
    }
  }

  @Override
  public Optional<Kills.Kill> kill(int server, long offset) throws Exception {
    String name = "put-" + ++names;
    Transmission first = start(server, name);
    Wait.until(() -> first.bytes() >= offset || first.receipt().toCompletableFuture().isDone());
    long startNs = System.nanoTime();
    servers.server(server).kill();
    if (!hasFailed(first)) {
      return Optional.empty();
    }
    long sent = first.bytes();
    Transmission second = start(server, name);
    Wait.until(() -> second.bytes() > 0);
    long pauseMs = (System.nanoTime() - startNs) / 1_000_000;
    second.await();
    boolean isWhole = sha256.equals(Bytes.sha256(servers.root().resolve(name)));
    removeWhatIsLeft();
    return Optional.of(new Kills.Kill(sent, pauseMs, sent, isWhole));
  }

  /** The object, and what the killed server has begun to write under a temporary name. */
  private void removeWhatIsLeft() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(servers.root(), "{put-,.put-}*")) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
  }

  private Transmission start(int server, String name) throws Exception {
    return clients
        .get(server)
        .transmitter()
        .start(
            Source.file(object), files.get(server).put(name, plan.bytes()), plan.bytesPerSecond());
  }

  private static boolean hasFailed(Transmission transmission) throws InterruptedException {
    try {
      transmission.await();
      return false;
    } catch (TransferException e) {
      return true;
    }
  }

  @Override
  public void close() {
    clients.forEach(OutbandClient::close);
  }
}
