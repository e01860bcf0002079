package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
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

  GetCommand(Surroundings surroundings) {
    this.options = new ClientOptions(surroundings);
  }

  @Override
  public Integer call()
      throws IOException, CommandException, TransferException, InterruptedException {
    Path target = LocalFiles.target(output);
    try (OutbandClient client = options.connect(url.server())) {
      Receipts.print(
          options,
          url,
          output,
          new FileExchange(client, options::progress).get(url.path(), target));
    }
    return ExitCode.DONE;
  }
}
