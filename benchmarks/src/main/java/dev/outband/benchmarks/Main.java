package dev.outband.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The benchmark's command: compares Outband with the raw network and with its peers and writes a
 * CSV of all rounds and a Markdown page. See README.md in the module's folder.
 */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares ways of moving a file from one JVM to another over loopback.")
public final class Main implements Callable<Integer> {

  @Option(
      names = "--size",
      split = ",",
      defaultValue = "1GiB",
      paramLabel = "SIZE",
      description = "Lengths of files, e.g. 64KiB,1GiB; default ${DEFAULT-VALUE}.")
  private List<ByteSize> sizes;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      paramLabel = "N",
      description = "Measured rounds; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-ups",
      defaultValue = "2",
      paramLabel = "N",
      description =
          "Rounds ahead of these, not recorded, and more until they come to 2 GiB or 10 s; 0 for"
              + " none; default ${DEFAULT-VALUE}.")
  private int warmUps;

  @Option(
      names = "--round-size",
      defaultValue = "64MiB",
      paramLabel = "SIZE",
      description =
          "What a round moves at least: shorter files are fetched several times;"
              + " default ${DEFAULT-VALUE}.")
  private ByteSize atLeast;

  @Option(
      names = "--contender",
      split = ",",
      paramLabel = "NAME",
      description = "Only these; default all.")
  private List<String> contenders;

  @Option(
      names = "--sink",
      defaultValue = "discard",
      paramLabel = "discard|file",
      description = "What every receiver does with the bytes; default ${DEFAULT-VALUE}.")
  private SinkKind sink;

  @Option(
      names = "--java",
      paramLabel = "PATH",
      description = "The java program that runs both ends; default the one that runs this.")
  private Path java;

  @Option(
      names = "--jvm-option",
      paramLabel = "OPTION",
      description = "An option for these JVMs, e.g. --jvm-option=-Xmx64m; repeatable.")
  private List<String> jvmOptions = List.of();

  @Option(
      names = "--out",
      defaultValue = "docs/performance",
      paramLabel = "DIR",
      description = "Where the CSV and the Markdown page go; default ${DEFAULT-VALUE}.")
  private Path out;

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
                  .println("benchmarks: " + (e.getMessage() == null ? e : e.getMessage()));
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
      return new Race.Plan(chosen(), sizes, warmUps, rounds, atLeast);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private List<Contender> chosen() {
    return contenders == null
        ? Contenders.all()
        : contenders.stream().map(Contenders::named).toList();
  }

  private Path workFolder() throws IOException {
    return work == null
        ? Files.createTempDirectory("outband-bench")
        : Files.createTempDirectory(Files.createDirectories(work), "outband-bench");
  }

  private void race(Race.Plan plan, Workplace workplace) throws Exception {
    String started = Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
    ThrowAwayDomain.create(workplace.pki());
    List<Round> measured = new Race(plan, launch(), workplace, this::say).run();
    String jdk = measured.get(0).setting().jdk();
    var heading = new Report.Heading(Machine.current(), jdk, command(), started, warmUps, sink);
    write(jdk, Report.format(heading, plan.contenders(), measured), RawCsv.format(measured));
  }

  private Launch launch() {
    Path own = Path.of(ProcessHandle.current().info().command().orElse("java"));
    return new Launch(
        java == null ? own : java, jvmOptions, ManagementFactory.getRuntimeMXBean().getClassPath());
  }

  private String command() {
    return String.join(
        " ",
        Stream.concat(
                Stream.of("java -jar benchmarks/target/quick/benchmarks.jar"), arguments.stream())
            .toList());
  }

  private void write(String jdk, String page, String csv) throws IOException {
    int feature = Runtime.Version.parse(jdk).feature();
    String name =
        String.format(Locale.ROOT, "file-jdk%d-%s", feature, sink.name().toLowerCase(Locale.ROOT));
    Files.createDirectories(out);
    Files.writeString(out.resolve(name + ".csv"), csv);
    Files.writeString(out.resolve(name + ".md"), page);
    spec.commandLine().getOut().print(page);
    spec.commandLine().getOut().flush();
    say("written: " + out.resolve(name) + ".csv and .md");
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
