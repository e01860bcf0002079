package dev.outband.benchmarks.load;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command: runs programs and prints figures, limits and verdicts. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Measures what the data plane holds under load, both ends in this JVM.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every limit is kept", "1:one is missed", "2:usage"})
public final class Load implements Callable<Integer> {

  private static final Map<String, Program> PROGRAMS = new LinkedHashMap<>();

  static {
    PROGRAMS.put("stream", new SingleStream());
    PROGRAMS.put("streams", new ParallelStreams());
    PROGRAMS.put("many", new ManyAtOnce());
    PROGRAMS.put("stalled", new StalledReceivers());
    PROGRAMS.put("waiting", new WaitingReceptions());
    PROGRAMS.put("silent", new SilentConnections());
    PROGRAMS.put("cancel", new CancelReach());
    PROGRAMS.put("huge", new HugeObject());
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "PROGRAM",
      description =
          "stream, streams, many, stalled, waiting, silent, cancel or huge; run one a JVM.")
  private List<String> programs;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where a folder for files is made and removed; default: here.")
  private Path work;

  @Option(names = "--small", description = "A short form, whose figures say little.")
  private boolean small;

  private final PrintStream out = System.out;

  /** Runs the command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Load()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    out.printf(
        "java=%s, cores=%d, max heap MiB=%d%n",
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20);
    boolean kept = true;
    for (String name : programs) {
      Program program = PROGRAMS.get(name);
      if (program == null) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "program must be one of " + PROGRAMS.keySet() + ", not " + name);
      }
      for (Figure figure : run(program)) {
        out.println(figure);
        kept &= figure.kept();
      }
    }
    return kept ? 0 : 1;
  }

  private List<Figure> run(Program program) throws Exception {
    Path folder = Files.createTempDirectory(work.toAbsolutePath(), "outband-load-");
    try {
      return program.run(small ? Scale.SMALL : Scale.FULL, folder, out);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
