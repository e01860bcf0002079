package dev.outband.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What the command line says about what is run. */
final class RaceOptions {
  private static final List<String> MAIN =
      List.of(
          OutbandContender.PRIVACY,
          OutbandContender.AUTHENTICATION,
          TransferToContender.NAME,
          CopyLoopContender.NAME,
          TlsSocketContender.NAME,
          NettyTlsContender.NAME,
          GrpcContender.TLS,
          RmiContender.TLS_1_MIB);
  private static final List<ByteSize> ALL_SIZES =
      Stream.of("64B", "4KiB", "64KiB", "256KiB", "1MiB", "16MiB", "256MiB", "1GiB")
          .map(ByteSize::parse)
          .toList();
  private static final List<ByteSize> QUICK_SIZES = List.of(ByteSize.parse("1GiB"));

  /**
   * All JVMs have the same heap, so that 64 MiB arrays fit and none takes a quarter of the machine.
   */
  private static final String HEAP = "-Xmx1g";

  @Option(
      names = "--quick",
      description = "1 GiB alone and the main contenders, unless these are chosen: two minutes.")
  private boolean quick;

  @Option(
      names = "--size",
      split = ",",
      paramLabel = "SIZE",
      description = "Lengths of files; default 64B,4KiB,64KiB,256KiB,1MiB,16MiB,256MiB,1GiB.")
  private List<ByteSize> sizes;

  @Option(
      names = "--contender",
      split = ",",
      paramLabel = "NAME",
      description = "Only these; default all.")
  private List<String> contenders;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      paramLabel = "N",
      description = "Measured rounds; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--round-ms",
      defaultValue = "400",
      paramLabel = "MS",
      description =
          "How long a round begins further transfers, 0 for one transfer; default"
              + " ${DEFAULT-VALUE}.")
  private int roundMs;

  @Option(
      names = "--warm-up-ms",
      defaultValue = "2000",
      paramLabel = "MS",
      description =
          "How long each contender runs unrecorded before each size, and eight times as long before"
              + " the first; default ${DEFAULT-VALUE}.")
  private int warmUpMs;

  @Option(
      names = "--pings",
      defaultValue = "300",
      paramLabel = "N",
      description = "Empty calls a round beside Outband's transfers; default ${DEFAULT-VALUE}.")
  private int pings;

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

  /**
   * What to run.
   *
   * @throws IllegalArgumentException if a name or a number is wrong
   */
  Race.Plan plan() {
    if (pings < 1) {
      throw new IllegalArgumentException("pings must be 1 or more, not " + pings);
    }
    return new Race.Plan(
        chosen(), chosenSizes(), rounds, Duration.ofMillis(roundMs), Duration.ofMillis(warmUpMs));
  }

  private List<Contender> chosen() {
    if (contenders != null) {
      return contenders.stream().map(Contenders::named).toList();
    }
    return quick ? MAIN.stream().map(Contenders::named).toList() : Contenders.all();
  }

  private List<ByteSize> chosenSizes() {
    if (sizes != null) {
      return sizes;
    }
    return quick ? QUICK_SIZES : ALL_SIZES;
  }

  /** How many empty calls a round has. */
  int pings() {
    return pings;
  }

  /**
   * How both ends are started.
   *
   * @param classPath of this process
   */
  Launch launch(String classPath) {
    Path own = Path.of(ProcessHandle.current().info().command().orElse("java"));
    List<String> options = Stream.concat(Stream.of(HEAP), jvmOptions.stream()).toList();
    return new Launch(java == null ? own : java, options, classPath);
  }
}
