package dev.outband.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The benchmark's command: compares Outband with the raw network and with its peers and writes a
 * CSV of all rounds, a Markdown page and a chart. See README.md in the module's folder.
 */
@Command(
    name = "outband bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares ways of moving a file from one JVM to another over loopback.")
public final class Main implements Callable<Integer> {

  @Mixin private RaceOptions options;

  @Option(
      names = "--sink",
      defaultValue = "discard",
      paramLabel = "discard|file",
      description = "What every receiver does with the bytes; default ${DEFAULT-VALUE}.")
  private SinkKind sink;

  @Option(
      names = "--out",
      defaultValue = "docs/performance",
      paramLabel = "DIR",
      description = "Where tables and chart go; default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--keep",
      description =
          "Keep what is there from earlier runs, at other sizes or of other contenders: a long run"
              + " in portions.")
  private boolean keep;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where a temporary folder for the files is made; default the system's.")
  private Path work;

  @Spec private CommandSpec spec;
  private final List<String> arguments;

  private Main(List<String> arguments) {
    this.arguments = arguments;
  }

  /**
   * Runs the benchmark and ends the JVM: with 0 when every round was run, 1 when one failed, 2 on
   * wrong usage.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  static CommandLine commandLine(String... args) {
    return new CommandLine(new Main(List.of(args)))
        .registerConverter(ByteSize.class, Main::size)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              commandLine
                  .getErr()
                  .println("outband bench: " + (e.getMessage() == null ? e : e.getMessage()));
              return 1;
            });
  }

  private static ByteSize size(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  @Override
  public Integer call() throws Exception {
    Race.Plan plan = plan();
    Path folder = workFolder();
    Thread cleaner = new Thread(() -> deleteAll(folder), "bench-cleaner");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try {
      race(plan, new Workplace(folder, sink));
    } finally {
      deleteAll(folder);
      Runtime.getRuntime().removeShutdownHook(cleaner);
    }
    return 0;
  }

  private Race.Plan plan() {
    try {
      return options.plan();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private Path workFolder() throws IOException {
    return work == null
        ? Files.createTempDirectory("outband-bench")
        : Files.createTempDirectory(Files.createDirectories(work), "outband-bench");
  }

  private void race(Race.Plan plan, Workplace workplace) throws Exception {
    String started = Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
    ThrowAwayDomain.create(workplace.pki());
    Launch launch = options.launch(ManagementFactory.getRuntimeMXBean().getClassPath());
    try (Race race = Race.start(plan, launch, workplace, this::say)) {
      Results measured = new Results(race.run(), race.ping(options.pings()));
      var heading =
          new Report.Heading(
              Machine.current(), race.jdk(), command(), started, sink, plan.warmUp());
      write(new ResultFiles(out, heading), measured);
    }
  }

  private void write(ResultFiles files, Results measured) throws IOException {
    String page = files.write(keep ? measured.with(files.read()) : measured);
    spec.commandLine().getOut().print(page);
    spec.commandLine().getOut().flush();
    say("written: " + files);
  }

  private String command() {
    return String.join(
        " ", Stream.concat(Stream.of("./outband bench"), arguments.stream()).toList());
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
  }

  private static void deleteAll(Path folder) {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("benchmarks: cannot delete " + folder + ": " + e.getMessage());
    }
  }
}
