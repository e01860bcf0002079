package dev.outband.benchmarks.cluster;

import dev.outband.benchmarks.load.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: three servers in JVMs of their own, and clients in this one. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description =
        "Runs three outband serve processes as one cluster over loopback, and kills or restarts"
            + " them while clients go on.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every limit is kept", "1:one is missed", "2:usage"})
public final class Cluster {

  private static final long MEBI = 1 << 20;
  private static final long CRASHED_BYTES = 192 * MEBI;

  private final PrintStream out = System.out;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = ".",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Where a folder for files is made and removed; default: here.")
  private Path work;

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Cluster()).execute(arguments));
  }

  /** What {@link #main} calls for a command. */
  @FunctionalInterface
  private interface Run {
    List<Figure> at(ThreeServers servers, Path folder) throws Exception;
  }

  /** What happens in a folder of its own. */
  @FunctionalInterface
  private interface Folder {
    List<Figure> in(Path folder) throws Exception;
  }

  @Command(
      name = "kills",
      mixinStandardHelpOptions = true,
      description = "kill -9 of one end of a transfer at seeded offsets, again and again.")
  int kills(
      @Option(names = "--kills", defaultValue = "200", description = "How many; default: 200.")
          int kills,
      @Option(names = "--mebibytes", defaultValue = "256", description = "Of the object.")
          int mebibytes,
      @Option(
              names = "--rate",
              defaultValue = "256",
              description = "MiB a second, so that a kill meets the transfer; default: 256.")
          int rate,
      @Option(names = "--seed", defaultValue = "5867650", description = "Of the offsets.")
          long seed,
      @Option(names = "--direction", defaultValue = "GET", description = "GET or PUT.")
          Direction direction)
      throws Exception {
    Kills.Plan plan = new Kills.Plan(direction, kills, mebibytes * MEBI, rate * MEBI, seed);
    return run((servers, folder) -> new Kills(plan, servers, folder, out).run());
  }

  @Command(
      name = "restarts",
      mixinStandardHelpOptions = true,
      description = "SIGTERM and a new start of each server in turn, under load.")
  int restarts(
      @Option(names = "--clients", defaultValue = "50", description = "Default: 50.") int clients,
      @Option(names = "--restarts", defaultValue = "9", description = "Default: 9.") int restarts)
      throws Exception {
    return run((servers, folder) -> new Restarts(clients, restarts, servers, out).run());
  }

  @Command(
      name = "crashes",
      mixinStandardHelpOptions = true,
      description = "Clients of one server crash in the middle of their transfers, both ways.")
  int crashes(
      @Option(names = "--rounds", defaultValue = "20", description = "Default: 20.") int rounds,
      @Option(
              names = "--clients",
              defaultValue = "50",
              description = "That crash in a round, 10 or more; default: 50.")
          int clients,
      @Option(names = "--seed", defaultValue = "5867650", description = "Of the rates.") long seed,
      @Option(
              names = "--idle-deadline",
              paramLabel = "SECONDS",
              defaultValue = "3",
              description = "Of the server, as outband serve takes it; default: 3.")
          int idleSeconds)
      throws Exception {
    Crashes.Plan plan = new Crashes.Plan(rounds, clients, CRASHED_BYTES, seed);
    return in(
        folder -> {
          try (OneServer server = OneServer.start(folder, idleSeconds)) {
            return new Crashes(plan, server, out).run();
          }
        });
  }

  @Command(
      name = "soak",
      mixinStandardHelpOptions = true,
      description = "A mixed load for a long time, with a fault every few seconds.")
  int soak(
      @Option(names = "--minutes", defaultValue = "60", description = "Default: 60.") int minutes,
      @Option(
              names = "--every",
              paramLabel = "SECONDS",
              defaultValue = "5",
              description = "How often something goes wrong; default: 5.")
          int everySeconds,
      @Option(names = "--clients", defaultValue = "6", description = "Default: 6.") int clients,
      @Option(names = "--seed", defaultValue = "5867650", description = "Of all that is random.")
          long seed)
      throws Exception {
    Soak.Config config =
        new Soak.Config(
            Duration.ofMinutes(minutes), Duration.ofSeconds(everySeconds), clients, seed);
    return run((servers, folder) -> new Soak(config, servers, folder, out).run());
  }

  private int run(Run run) throws Exception {
    return in(
        folder -> {
          try (ThreeServers servers = ThreeServers.start(folder)) {
            return run.at(servers, folder);
          }
        });
  }

  private int in(Folder what) throws Exception {
    out.printf(
        "java=%s, cores=%d%n", Runtime.version(), Runtime.getRuntime().availableProcessors());
    Path folder = Files.createTempDirectory(work.toAbsolutePath(), "outband-cluster-");
    try {
      List<Figure> figures = what.in(folder);
      figures.forEach(out::println);
      return figures.stream().allMatch(Figure::kept) ? 0 : 1;
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
