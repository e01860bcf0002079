package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts a file on a server. */
@Command(
    name = "put",
    description =
        "Puts a file on a server. It is there under its name only when every byte has been"
            + " verified.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class PutCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options;

  @Parameters(index = "0", paramLabel = "FILE", description = "The file to send.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "URL",
      description = "outband://HOST:PORT/PATH",
      converter = OutbandUrl.Converter.class)
  private OutbandUrl url;

  @Mixin private final StreamOptions streams = new StreamOptions();

  PutCommand(Surroundings surroundings) {
    this.options = new ClientOptions(surroundings);
  }

  @Override
  public Integer call()
      throws IOException, CommandException, TransferException, InterruptedException {
    int several = streams.count();
    long bytes = LocalFiles.length(file);
    try (OutbandClient client = options.connect(url.server())) {
      Receipts.print(
          options,
          url,
          file,
          new FileExchange(client, options::progress).put(file, bytes, url.path(), several));
    }
    return ExitCode.DONE;
  }
}
