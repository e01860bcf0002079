package dev.outband.cli;

import dev.outband.api.Ticket;
import picocli.CommandLine.Option;

/** How many data connections carry a file beside each other. */
final class StreamOptions {

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Move the file over N data connections beside each other, a stripe over each; a get takes"
              + " them from all servers of the cluster that have the same content. 1 to "
              + Ticket.MAX_STREAMS
              + ", default: ${DEFAULT-VALUE}.")
  private int streams;

  /** As given, checked. */
  int count() throws CommandException {
    if (streams < 1 || streams > Ticket.MAX_STREAMS) {
      throw new CommandException(
          ExitCode.USAGE, "--streams must be 1.." + Ticket.MAX_STREAMS + ", not " + streams);
    }
    return streams;
  }
}
