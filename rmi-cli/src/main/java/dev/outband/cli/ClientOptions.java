package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.security.ControlLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What all commands that ask a server share. */
final class ClientOptions {

  /**
   * How long nothing may move. Longer than the library's, because many commands may have been
   * started at once on a machine with few cores, and whoever watches one can interrupt it.
   */
  private static final Duration IDLE = Duration.ofMinutes(5);

  /** A hundred commands that start at once on two cores overflow the queue of the port. */
  private static final Duration CONNECT = Duration.ofSeconds(30);

  private final Surroundings surroundings;

  @Option(
      names = "--identity",
      paramLabel = "DIR",
      description =
          "The folder of the identity to act under. Default: the environment variable"
              + " OUTBAND_IDENTITY.")
  private Path identity;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(names = "--quiet", description = "Show neither progress nor a result for people.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Log, and show the stack of an error.")
  private boolean verbose;

  ClientOptions(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  OutbandClient connect(HostPort server) throws IOException, CommandException, TransferException {
    return connect(server, Balance.GIVEN_ORDER);
  }

  OutbandClient connect(HostPort server, Balance balance)
      throws IOException, CommandException, TransferException {
    Logging.ofClient(verbose);
    return OutbandClient.builder()
        .identity(Identities.load(identity, surroundings))
        .servers(server.toString())
        .idleDeadline(IDLE)
        .nativeAes(false)
        .controlLimits(ControlLimits.defaults().withConnectDeadline(CONNECT))
        .balance(balance)
        .connect();
  }

  Surroundings surroundings() {
    return surroundings;
  }

  boolean isJson() {
    return json;
  }

  boolean isQuiet() {
    return quiet;
  }

  /** Tells a person something that is neither a result nor a failure, in one line. */
  void notice(String line) {
    if (!quiet) {
      surroundings.err().println("outband: " + Failure.line(line));
    }
  }

  Progress progress(String task, long totalBytes) {
    return new Progress(surroundings, quiet, task, totalBytes);
  }
}
