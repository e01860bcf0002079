package dev.outband.benchmarks.cluster;

import dev.outband.benchmarks.load.Figure;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets clients of one server crash in the middle of their transfers, in rounds, and watches what
 * the server holds. Each client has a control connection, a data connection and one transfer; every
 * other one gets, the others put.
 */
final class Crashes {

  /** So that a segment is never as long under way as the server's idle deadline. */
  private static final long LEAST_RATE = 256 << 10;

  /** The system's buffers make room for a sender again only when megabytes have been taken. */
  private static final long LEAST_GET_RATE = 1 << 20;

  private static final int MORE_RATE = 256 << 10;

  private static final double FREED_WITHIN_S = 10;
  private static final double HEAP_TOLERANCE_BYTES = 1 << 20;
  private static final int SETTLED_AFTER = 2;
  private static final int COMPACTING_COLLECTIONS = 8;
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(2);

  private final Plan plan;
  private final OneServer server;
  private final PrintStream out;
  private final Random random;
  private final Path object;
  private int names;

  /**
   * What to do.
   *
   * @param rounds how often
   * @param clients that crash in a round: two fifths of them in a JVM that is killed, the others
   *     cut, half of those by a reset and half of them silently
   * @param bytes of the object: so many that no transfer ends before its client has crashed
   * @param seed of the rates of the transfers, and so of how far each one is
   */
  record Plan(int rounds, int clients, long bytes, long seed) {}

  /** How clients crash. */
  enum Kind {
    /** Their process is killed: the system closes or resets each connection. */
    KILLED,
    /** Both connections are reset, and nobody listens any more. */
    RESET,
    /** The data connection stays and nothing comes any more; the control connection is reset. */
    SILENT;

    /** How many of so many. */
    private int share(int clients) {
      int cut = clients * 3 / 10;
      return this == KILLED ? clients - 2 * cut : cut;
    }
  }

  /**
   * How one round ended.
   *
   * @param running transfers that the server had when their clients crashed
   * @param freedS from the first crash until the server held no more than before
   * @param held what it held then
   * @param beyond what of it was not there before; nothing, unless patience has ended
   */
  private record Round(int running, double freedS, ServerHoldings held, List<String> beyond) {}

  Crashes(Plan plan, OneServer server, PrintStream out) throws Exception {
    this.plan = plan;
    this.server = server;
    this.out = out;
    this.random = new Random(plan.seed());
    this.object = server.root().resolve(DoomedClient.NAME);
    Bytes.write(object, plan.bytes(), plan.seed());
  }

  List<Figure> run() throws Exception {
    out.println("crashes: " + plan);
    ServerHoldings before = beforeRounds();
    out.println("held before: " + before.summary());
    double worstS = 0;
    int crashed = 0;
    ServerHoldings early = null;
    for (int i = 1; i <= plan.rounds(); i++) {
      Round round = round(before);
      crashed += round.running();
      worstS = Math.max(worstS, round.freedS());
      out.printf(
          Locale.ROOT,
          "round=%d, crashed so far=%d, freed after s=%.2f, %s%s%n",
          i,
          crashed,
          round.freedS(),
          round.held().summary(),
          round.beyond().isEmpty() ? "" : ", LEFT=" + round.beyond());
      if (i == SETTLED_AFTER && i < plan.rounds()) {
        early = settled(before);
      }
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.atLeast(
            "clients crashed in a transfer", crashed, "", plan.rounds() * plan.clients()));
    figures.add(Figure.atMost("all freed, worst round", worstS, "s", FREED_WITHIN_S));
    if (early != null) {
      figures.addAll(level(early, settled(before)));
    }
    return figures;
  }

  /** The first use of anything leaves something behind in a JVM: that does not count. */
  private ServerHoldings beforeRounds() throws Exception {
    ServerHoldings fresh = server.holdings();
    try (OutbandClient client = server.connect()) {
      FileService files = client.lookup(FileService.NAME, FileService.class);
      client.receive(Sink.discard(), to -> files.get(DoomedClient.NAME, to));
      client.transmit(Source.file(object), files.put("whole", plan.bytes()));
    }
    Wait.until(() -> server.holdsNoMoreSocketsThan(fresh));
    return server.holdings();
  }

  /** What is held when the threads that were idle have ended, too: RMI keeps its own a minute. */
  private ServerHoldings settled(ServerHoldings before) throws Exception {
    ServerHoldings now = server.holdings();
    for (long startNs = System.nanoTime();
        now.nativeThreads() > before.nativeThreads() && System.nanoTime() - startNs < PATIENCE_NS;
        now = server.holdings()) {
      LockSupport.parkNanos(SETTLE_NS);
    }
    // Not every collection compacts: what it leaves as a gap counts as heap until one does.
    for (int i = 0; i < COMPACTING_COLLECTIONS; i++) {
      ServerHoldings next = server.holdings();
      now = next.heapBytes() < now.heapBytes() ? next : now;
    }
    out.println("settled: " + now.summary());
    return now;
  }

  private static List<Figure> level(ServerHoldings early, ServerHoldings late) {
    long heap = late.heapBytes() - early.heapBytes();
    int threads = late.nativeThreads() - early.nativeThreads();
    int descriptors = late.descriptorCount() - early.descriptorCount();
    return List.of(
        Figure.atMost("heap, more than after round 2", (double) heap, "B", HEAP_TOLERANCE_BYTES),
        Figure.atMost("threads, more than after round 2", threads, "", 0),
        Figure.atMost("descriptors, more than after round 2", descriptors, "", 0));
  }

  private Round round(ServerHoldings before) throws Exception {
    List<Crashing> groups = new ArrayList<>();
    try {
      for (Kind kind : Kind.values()) {
        Crashing group = group(kind);
        groups.add(group);
        group.begin(errands(kind.share(plan.clients())));
      }
      int running = server.holdings().transfers();
      if (running < plan.clients()) {
        server.output().stream().filter(line -> line.contains(" WARN ")).forEach(out::println);
      }
      long startNs = System.nanoTime();
      for (Crashing group : groups) {
        group.crash();
      }
      return awaitFreed(before, running, startNs);
    } finally {
      for (Crashing group : groups) {
        group.close();
      }
    }
  }

  private Round awaitFreed(ServerHoldings before, int running, long startNs) throws Exception {
    boolean hasSaid = false;
    while (true) {
      double seconds = (System.nanoTime() - startNs) / 1e9;
      if (!hasSaid && seconds > FREED_WITHIN_S) {
        hasSaid = true;
        ServerHoldings still = server.holdings();
        out.println("still held: " + still.beyond(before) + ", " + still.summary());
      }
      boolean isLate = System.nanoTime() - startNs > PATIENCE_NS;
      if (isLate || server.holdsNoMoreThan(before)) {
        ServerHoldings now = server.holdings();
        List<String> beyond = now.beyond(before);
        if (isLate || beyond.isEmpty()) {
          return new Round(running, (System.nanoTime() - startNs) / 1e9, now, beyond);
        }
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private List<Errand> errands(int count) {
    List<Errand> errands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Direction direction = i % 2 == 0 ? Direction.GET : Direction.PUT;
      long least = direction == Direction.GET ? LEAST_GET_RATE : LEAST_RATE;
      errands.add(new Errand(direction, "put-" + ++names, least + random.nextInt(MORE_RATE)));
    }
    return errands;
  }

  private Crashing group(Kind kind) {
    return kind == Kind.KILLED
        ? new KilledClients(server, object)
        : new CutClients(kind, server, object);
  }
}
