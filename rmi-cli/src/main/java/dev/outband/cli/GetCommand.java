package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.transport.ResumableFileSink;
import dev.outband.transport.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets a file from a server. */
@Command(
    name = "get",
    description =
        "Gets a file from a server. It is there under its name only when every byte has been"
            + " verified.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class GetCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options;

  @Parameters(
      paramLabel = "URL",
      description = "outband://HOST:PORT/PATH",
      converter = OutbandUrl.Converter.class)
  private OutbandUrl url;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write; replaced if it exists.")
  private Path output;

  @Option(
      names = "--resume",
      description =
          "Keep the part of the file if the transfer fails or is killed, and go on with the part"
              + " that an earlier get --resume kept. Starts over if the server has another content"
              + " by now.")
  private boolean resume;

  @Mixin private final StreamOptions streams = new StreamOptions();

  GetCommand(Surroundings surroundings) {
    this.options = new ClientOptions(surroundings);
  }

  @Override
  public Integer call()
      throws IOException, CommandException, TransferException, InterruptedException {
    int several = streams.count();
    if (resume && several > 1) {
      throw new CommandException(
          ExitCode.USAGE, "--resume keeps the beginning of a file, so it takes --streams 1");
    }
    Path target = LocalFiles.target(output);
    LocalFiles.sweep(target);
    Balance balance = several > 1 ? Balance.LEAST_LOADED : Balance.GIVEN_ORDER;
    try (OutbandClient client = options.connect(url.server(), balance)) {
      FileExchange exchange = new FileExchange(client, options::progress);
      Sink sink = resume ? resumable(target) : Sink.file(target);
      Receipts.print(
          options, url, output, exchange.get(url.path(), sink, several, options::notice));
    }
    return ExitCode.DONE;
  }

  private Sink resumable(Path target) throws IOException {
    ResumableFileSink sink = Sink.resumableFile(target);
    sink.oddity().ifPresent(why -> options.notice("starts anew: " + why));
    return sink;
  }
}
