package dev.outband.benchmarks.cluster;

import dev.outband.benchmarks.load.Figure;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.transport.Sink;
import java.io.PrintStream;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Restarts each server in turn, as its administrator does, under clients in a loop. */
final class Restarts {

  private static final String NAME = "small";
  private static final int BYTES = 1 << 20;
  private static final long END_LIMIT_S = 120;

  private final int clients;
  private final int restarts;
  private final ThreeServers servers;
  private final PrintStream out;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicInteger done = new AtomicInteger();
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

  Restarts(int clients, int restarts, ThreeServers servers, PrintStream out) {
    this.clients = clients;
    this.restarts = restarts;
    this.servers = servers;
    this.out = out;
  }

  List<Figure> run() throws Exception {
    out.printf("restarts: clients=%d, restarts=%d%n", clients, restarts);
    Bytes.write(servers.root().resolve(NAME), BYTES, clients);
    ExecutorService threads =
        Executors.newFixedThreadPool(clients, task -> new Thread(task, "restarts-client"));
    int unclean = 0;
    try {
      for (int i = 0; i < clients; i++) {
        OutbandClient client = servers.client();
        threads.execute(() -> use(client));
      }
      awaitDone(clients);
      for (int i = 0; i < restarts; i++) {
        unclean += restart(i % ThreeServers.COUNT);
      }
    } finally {
      isOver.set(true);
      threads.shutdown();
      if (!threads.awaitTermination(END_LIMIT_S, TimeUnit.SECONDS)) {
        failures.add(new IllegalStateException("clients that do not end"));
      }
    }
    failures.forEach(failure -> out.println("failed: " + failure));
    return List.of(
        Figure.atMost("failed calls and transfers", failures.size(), "", 0),
        Figure.atMost("servers that did not end with 0", unclean, "", 0),
        Figure.atLeast("calls and as many transfers", done.get(), "", clients));
  }

  /** 0 if the server ended well. */
  private int restart(int index) throws Exception {
    long startNs = System.nanoTime();
    int exitCode = servers.server(index).terminate();
    long endedNs = System.nanoTime();
    servers.start(index);
    long readyNs = System.nanoTime();
    awaitDone(done.get() + 2 * clients);
    out.printf(
        "restart: server=%d, ended after ms=%d, ready after ms=%d more, done so far=%d%n",
        index, (endedNs - startNs) / 1_000_000, (readyNs - endedNs) / 1_000_000, done.get());
    return exitCode == 0 ? 0 : 1;
  }

  private void awaitDone(int count) {
    Wait.until(() -> done.get() >= count || failures.size() >= clients);
  }

  /** The client ends its loop with its first failure. */
  private void use(OutbandClient client) {
    try (client) {
      FileService files = client.lookup(FileService.NAME, FileService.class);
      while (!isOver.get()) {
        files.list(NAME, "");
        client.receive(Sink.discard(), reception -> files.get(NAME, reception));
        done.incrementAndGet();
      }
    } catch (Exception e) {
      failures.add(e);
    }
  }
}
