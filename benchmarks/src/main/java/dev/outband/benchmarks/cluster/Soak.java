package dev.outband.benchmarks.cluster;

import dev.outband.benchmarks.load.Figure;
import dev.outband.testkit.Plan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.ToDoubleFunction;

/**
 * Clients that list, get and put for a long time while something goes wrong every few seconds, and
 * a look now and then, with all of them at rest, at what a server that lives on and the clients'
 * process hold.
 */
final class Soak {

  private static final long[] SIZES = {64, 33 << 10, 200_000, 1 << 20, 5_000_001, 33 << 20};
  private static final double LONGEST_S = 150;
  private static final int LOOKS = 4;

  /** Until a data connection that is kept for the next transfer is kept no longer. */
  private static final Duration REST = Duration.ofSeconds(35);

  private static final int MORE_DESCRIPTORS = 8;
  private static final double MORE_RSS = 1.15;

  private final Config config;
  private final ThreeServers servers;
  private final Path folder;
  private final PrintStream out;
  private final SoakTally tally = new SoakTally();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final ReadWriteLock gate = new ReentrantReadWriteLock(true);
  private final BlockingQueue<Plan> transferFaults = new LinkedBlockingQueue<>();

  /**
   * What to do.
   *
   * @param whole how long in all
   * @param every how often something goes wrong
   * @param clients how many
   * @param seed of what they do and of what goes wrong
   */
  record Config(Duration whole, Duration every, int clients, long seed) {}

  /** What the two processes hold that live from the start to the end. */
  private record Look(
      int serverDescriptors, long serverRssKib, int clientDescriptors, long clientRssKib) {}

  Soak(Config config, ThreeServers servers, Path folder, PrintStream out) {
    this.config = config;
    this.servers = servers;
    this.folder = folder;
    this.out = out;
  }

  List<Figure> run() throws Exception {
    out.println("soak: " + config);
    ExecutorService threads =
        Executors.newFixedThreadPool(config.clients(), task -> new Thread(task, "soak-client"));
    List<Look> looks = new ArrayList<>();
    SoakFaults faults = new SoakFaults(servers, transferFaults, config.seed(), out);
    try (faults) {
      startClients(threads);
      for (int i = 1; i <= LOOKS; i++) {
        disturb(faults, config.whole().dividedBy(LOOKS));
        looks.add(look(faults));
        out.println("part " + i + " of " + LOOKS + ": " + tally);
      }
    } finally {
      isOver.set(true);
      threads.shutdown();
    }
    if (!threads.awaitTermination((long) LONGEST_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException("clients that do not end within " + LONGEST_S + " s");
    }
    faults.uncleanEnds().forEach(line -> out.println("did not end with 0, said last: " + line));
    return figures(faults, looks);
  }

  private void startClients(ExecutorService threads) throws Exception {
    List<Path> objects = new ArrayList<>();
    for (long bytes : SIZES) {
      Path object = servers.root().resolve("object-" + bytes);
      Bytes.write(object, bytes, config.seed() + bytes);
      objects.add(object);
    }
    SoakClient.Shared shared =
        new SoakClient.Shared(objects, transferFaults, gate.readLock(), isOver::get, tally);
    for (int i = 0; i < config.clients(); i++) {
      threads.execute(
          new SoakClient(
              servers.clientThatKeepsNothing(),
              Files.createDirectory(folder.resolve("client-" + i)),
              servers.root().resolve("put-" + i),
              config.seed() + i,
              shared));
    }
  }

  private void disturb(SoakFaults faults, Duration time) throws Exception {
    long nextNs = System.nanoTime();
    long untilNs = nextNs + time.toNanos();
    while (untilNs - System.nanoTime() > 0) {
      nextNs += config.every().toNanos();
      LockSupport.parkNanos(Math.min(nextNs, untilNs) - System.nanoTime());
      if (nextNs - System.nanoTime() <= 0) {
        faults.next();
      }
    }
  }

  /** With every server up, every client between two operations, and nothing kept for the next. */
  private Look look(SoakFaults faults) throws Exception {
    faults.settle();
    gate.writeLock().lock();
    try {
      transferFaults.clear();
      long endNs = System.nanoTime() + REST.toNanos();
      while (endNs - System.nanoTime() > 0) {
        LockSupport.parkNanos(endNs - System.nanoTime());
      }
      long server = servers.server(0).pid();
      long own = ProcessHandle.current().pid();
      Look look =
          new Look(
              ServerHoldings.countDescriptors(server),
              rssKib(server),
              ServerHoldings.countDescriptors(own),
              rssKib(own));
      out.println(look);
      return look;
    } finally {
      gate.writeLock().unlock();
    }
  }

  private List<Figure> figures(SoakFaults faults, List<Look> looks) {
    List<Look> early = looks.subList(0, LOOKS / 2);
    List<Look> late = looks.subList(LOOKS / 2, LOOKS);
    return List.of(
        Figure.atLeast("operations", tally.done(), "", config.clients()),
        // What ran on a server that ended, or met a fault, may fail, and nothing else.
        Figure.atMost(
            "failures with a code",
            tally.typedCount(),
            "",
            tally.disturbedCount() + (double) faults.ends() * config.clients()),
        Figure.atLeast("servers killed or ended", faults.ends(), "", 1),
        Figure.atMost("servers that did not end with 0", faults.uncleanEnds().size(), "", 0),
        Figure.atLeast("transfers that met a fault", tally.disturbedCount(), "", 1),
        Figure.atMost("clients that gave up", tally.givenUpCount(), "", 0),
        Figure.atMost("files with wrong bytes", tally.wrongCount(), "", 0),
        Figure.atMost("failures without a code", tally.untypedCount(), "", 0),
        Figure.atMost("longest operation", tally.longestSeconds(), "s", LONGEST_S),
        Figure.atMost(
            "descriptors of the server that lives on, late less early",
            mean(late, Look::serverDescriptors) - mean(early, Look::serverDescriptors),
            "",
            MORE_DESCRIPTORS),
        Figure.atMost(
            "descriptors of the clients, late less early",
            mean(late, Look::clientDescriptors) - mean(early, Look::clientDescriptors),
            "",
            MORE_DESCRIPTORS),
        Figure.atMost(
            "RSS of the server that lives on, late by early",
            mean(late, Look::serverRssKib) / mean(early, Look::serverRssKib),
            "",
            MORE_RSS),
        Figure.atMost(
            "RSS of the clients, late by early",
            mean(late, Look::clientRssKib) / mean(early, Look::clientRssKib),
            "",
            MORE_RSS));
  }

  private static double mean(List<Look> looks, ToDoubleFunction<Look> what) {
    return looks.stream().mapToDouble(what).average().orElseThrow();
  }

  private static long rssKib(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS of process " + pid);
  }
}
