package dev.outband.benchmarks.cluster;

import dev.outband.testkit.Fault;
import dev.outband.testkit.Plan;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What goes wrong, every few seconds: a server is killed or ended, and started again while the next
 * faults come, or transfers meet a fault.
 */
final class SoakFaults implements AutoCloseable {

  /** Of a direction, so that a fault meets most transfers. */
  private static final long WITHIN_BYTES = 4 << 20;

  private static final int TRANSFERS = 3;
  private static final int KINDS = 4;

  private final ThreeServers servers;
  private final BlockingQueue<Plan> transfers;
  private final Random random;
  private final PrintStream out;
  private final ExecutorService restarts =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "soak-restart"));
  private Future<?> restart = CompletableFuture.completedFuture(null);
  private final List<String> uncleanEnds = new CopyOnWriteArrayList<>();
  private int ends;

  SoakFaults(ThreeServers servers, BlockingQueue<Plan> transfers, long seed, PrintStream out) {
    this.servers = servers;
    this.transfers = transfers;
    this.random = new Random(seed);
    this.out = out;
  }

  /** Servers that were killed or ended. */
  int ends() {
    return ends;
  }

  /** The last error in the log of each server that SIGTERM did not end with 0. */
  List<String> uncleanEnds() {
    return List.copyOf(uncleanEnds);
  }

  /**
   * The next one; the first server is left alone, so that it can be seen whether it stays level.
   */
  void next() throws Exception {
    int server = 1 + random.nextInt(ThreeServers.COUNT - 1);
    int kind = random.nextInt(KINDS);
    if (kind > 1 || !restart.isDone()) {
      disturbTransfers();
      return;
    }
    restart.get();
    ends++;
    restart =
        restarts.submit(
            () -> {
              end(server, kind == 0);
              servers.start(server);
              return null;
            });
  }

  private void end(int server, boolean isKilled) throws InterruptedException {
    if (isKilled) {
      out.println("fault: kill server " + server);
      servers.server(server).kill();
    } else {
      int exitCode = servers.server(server).terminate();
      out.println("fault: end server " + server + ", exit code " + exitCode);
      if (exitCode != 0) {
        List<String> said = servers.server(server).lastOutput();
        said.forEach(out::println);
        uncleanEnds.add(
            said.stream()
                .filter(line -> line.contains(" ERROR "))
                .reduce((before, last) -> last)
                .orElse("no error"));
      }
    }
  }

  private void disturbTransfers() {
    for (int i = 0; i < TRANSFERS; i++) {
      Fault fault = Fault.drawn(random, WITHIN_BYTES);
      boolean isBackwards = random.nextInt(KINDS) == 0;
      out.println("fault: " + fault + (isBackwards ? ", on the way back" : ""));
      transfers.add(
          isBackwards
              ? new Plan(Fault.none(), fault, false)
              : new Plan(fault, Fault.none(), false));
    }
  }

  /** Waits until every server is up. */
  void settle() throws Exception {
    restart.get();
  }

  @Override
  public void close() {
    restarts.shutdownNow();
  }
}
