package dev.outband.benchmarks.cluster;

import dev.outband.benchmarks.load.Figure;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Kills the server end of one transfer after the other, each at an offset that a seed decides. */
final class Kills {

  private static final int SEGMENT_BYTES = 256 << 10;

  /** The second opening, and the last tag of what was cut. */
  private static final int OPENING_BYTES = 4 << 10;

  private static final double MEDIAN_PAUSE_S = 5;
  private static final int MOST_TRIES = 4;

  private final Plan plan;
  private final ThreeServers servers;
  private final Path folder;
  private final PrintStream out;

  /**
   * What to do.
   *
   * @param direction which way the bytes go
   * @param kills how often
   * @param bytes length of the object
   * @param bytesPerSecond at which it is moved, so that a kill meets it where it should
   * @param seed of the offsets and of the object
   */
  record Plan(Direction direction, int kills, long bytes, long bytesPerSecond, long seed) {}

  /**
   * How one kill ended.
   *
   * @param offset how far the transfer was
   * @param pauseMs from the kill to the next byte, which goes to or comes from another server
   * @param twice bytes that were sent although they had been sent before
   * @param isWhole whether the object that arrived is the one that was sent, by SHA-256
   */
  record Kill(long offset, long pauseMs, long twice, boolean isWhole) {}

  Kills(Plan plan, ThreeServers servers, Path folder, PrintStream out) {
    this.plan = plan;
    this.servers = servers;
    this.folder = folder;
    this.out = out;
  }

  List<Figure> run() throws Exception {
    out.println("kills: " + plan);
    try (Victims victims =
        plan.direction() == Direction.GET
            ? new KilledSender(plan, servers, Files.createDirectory(folder.resolve("got")))
            : new KilledReceiver(plan, servers, folder)) {
      Random random = new Random(plan.seed());
      List<Kill> kills = new ArrayList<>();
      for (int i = 0; kills.size() < plan.kills(); i++) {
        if (i >= MOST_TRIES * plan.kills()) {
          throw new IllegalStateException("too many kills come too late: lower the rate");
        }
        long offset = 1 + random.nextLong(plan.bytes() - 1);
        int victim = i % ThreeServers.COUNT;
        Optional<Kill> kill = victims.kill(victim, offset);
        kill.ifPresent(kills::add);
        String what = kill.map(Kill::toString).orElse("too late, does not count");
        out.printf("kill=%d, server=%d, asked offset=%d, %s%n", i, victim, offset, what);
        servers.start(victim);
      }
      return figures(kills);
    }
  }

  private List<Figure> figures(List<Kill> kills) {
    double[] pauses = kills.stream().mapToDouble(kill -> kill.pauseMs() / 1e3).sorted().toArray();
    List<Figure> figures = new ArrayList<>();
    long whole = kills.stream().filter(Kill::isWhole).count();
    figures.add(Figure.atLeast("whole objects", (double) whole, "objects", kills.size()));
    figures.add(Figure.atMost("pause, median", pauses[pauses.length / 2], "s", MEDIAN_PAUSE_S));
    out.printf(
        Locale.ROOT, "pause: least s=%.3f, worst s=%.3f%n", pauses[0], pauses[pauses.length - 1]);
    if (plan.direction() == Direction.GET) {
      long twice = kills.stream().mapToLong(Kill::twice).max().orElse(0);
      figures.add(
          Figure.atMost("sent twice, worst", (double) twice, "B", SEGMENT_BYTES + OPENING_BYTES));
    }
    return figures;
  }
}
