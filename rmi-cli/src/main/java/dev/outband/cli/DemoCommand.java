package dev.outband.cli;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what Outband does, on this machine alone. */
@Command(
    name = "demo",
    description = {
      "Makes a throw-away trust domain and a random file, starts a server in a JVM of its own,"
          + " fetches the file and stores it back, verifies both, and compares with the same bytes"
          + " as results of RMI calls. Leaves nothing behind."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {

  private static final long SPARE_BYTES = 256L << 20;

  private final Surroundings surroundings;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1GiB",
      converter = ByteCount.Converter.class,
      description =
          "How large the file is; twice as much is needed on disk. Default: ${DEFAULT-VALUE}.")
  private long bytes;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to work. Default: the folder for temporary files.")
  private Path dir;

  @Option(names = "--quiet", description = "Show no progress.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Log, and show the stack of an error.")
  private boolean verbose;

  DemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call()
      throws IOException, CommandException, TransferException, InterruptedException {
    if (bytes < 1) {
      throw new CommandException(ExitCode.USAGE, "--size must be at least 1 byte, not " + bytes);
    }
    if (dir != null && !Files.isDirectory(dir)) {
      throw new CommandException(ExitCode.USAGE, "no such folder: " + dir);
    }
    Logging.ofClient(verbose);
    Path folder =
        dir == null
            ? Files.createTempDirectory("outband-demo-")
            : Files.createTempDirectory(dir, "outband-demo-");
    try (DemoRun run = new DemoRun(surroundings, folder, bytes, quiet);
        Interruption ignored = Interruption.cleanup(run::close)) {
      requireSpace(folder);
      run.run();
    }
    return ExitCode.DONE;
  }

  private void requireSpace(Path folder) throws IOException, CommandException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable < SPARE_BYTES || (usable - SPARE_BYTES) / 2 < bytes) {
      throw new CommandException(
          ExitCode.FAILED,
          "too little room in "
              + folder.getParent()
              + ": twice "
              + ByteCount.show(bytes)
              + " and "
              + ByteCount.show(SPARE_BYTES)
              + " are needed, "
              + ByteCount.show(usable)
              + " are free; give --size or --dir");
    }
  }
}
