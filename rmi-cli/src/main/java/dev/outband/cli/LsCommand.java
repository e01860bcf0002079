package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.cli.files.FileEntry;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists a folder of a server. */
@Command(
    name = "ls",
    description = "Lists a folder of a server; --quiet lists names alone.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class LsCommand implements Callable<Integer> {

  @Mixin private final ClientOptions options;

  @Parameters(
      paramLabel = "URL",
      description = "outband://HOST:PORT/PATH",
      converter = OutbandUrl.Converter.class)
  private OutbandUrl url;

  LsCommand(Surroundings surroundings) {
    this.options = new ClientOptions(surroundings);
  }

  @Override
  public Integer call() throws IOException, CommandException, TransferException {
    try (OutbandClient client = options.connect(url.server())) {
      FileService files = client.lookup(FileService.NAME, FileService.class);
      FileEntry[] page = files.list(url.path(), "");
      String separator = "[";
      while (page.length > 0) {
        for (FileEntry entry : page) {
          options
              .surroundings()
              .out()
              .println(options.isJson() ? separator + json(entry) : text(entry));
          separator = ",";
        }
        page = files.list(url.path(), page[page.length - 1].name());
      }
      if (options.isJson()) {
        options.surroundings().out().println(separator.equals("[") ? "[]" : "]");
      }
    }
    options.surroundings().out().flush();
    return ExitCode.DONE;
  }

  private static String json(FileEntry entry) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", entry.name());
    members.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
    members.put("bytes", entry.bytes());
    members.put("modified", Instant.ofEpochMilli(entry.modifiedMs()).toString());
    return Json.object(members);
  }

  private String text(FileEntry entry) {
    boolean isFolder = entry.kind() == FileEntry.Kind.FOLDER;
    String name = Failure.line(entry.name()) + (isFolder ? "/" : "");
    Instant modified = Instant.ofEpochMilli(entry.modifiedMs()).truncatedTo(ChronoUnit.SECONDS);
    return options.isQuiet()
        ? name
        : String.format(
            Locale.ROOT, "%15s  %s  %s", isFolder ? "-" : entry.bytes(), modified, name);
  }
}
