package dev.outband.cli;

import dev.outband.api.Directory;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the servers of a cluster. */
@Command(
    name = "members",
    description = "Lists the servers of a cluster, as one of them has verified them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class MembersCommand implements Callable<Integer> {

  private static final String ROW = "%-24s  %-24s  %-24s  %5s  %-20s  %s";

  @Mixin private final ClientOptions options;

  @Parameters(
      paramLabel = "URL",
      description = "outband://HOST:PORT",
      converter = OutbandUrl.Converter.class)
  private OutbandUrl url;

  @Option(
      names = "--watch",
      description = "Go on: print the members again whenever one comes, goes or changes.")
  private boolean watch;

  MembersCommand(Surroundings surroundings) {
    this.options = new ClientOptions(surroundings);
  }

  @Override
  public Integer call()
      throws IOException, CommandException, TransferException, InterruptedException {
    if (!url.path().isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "a cluster has no path, write outband://" + url.server());
    }
    try (OutbandClient client = options.connect(url.server())) {
      Members members = client.members();
      print(members);
      while (watch) {
        long known = members.version();
        members = client.awaitMembers(known, Directory.MAX_WAIT);
        if (members.version() != known) {
          print(members);
        }
      }
    }
    return ExitCode.DONE;
  }

  private void print(Members members) {
    if (options.isJson()) {
      options
          .surroundings()
          .print(
              members.list().stream()
                  .map(MembersCommand::json)
                  .collect(Collectors.joining(",", "[", "]")));
    } else if (members.list().isEmpty()) {
      options.surroundings().print("no members: the server is in no cluster");
    } else {
      options.surroundings().print(table(members));
    }
  }

  private static String table(Members members) {
    String head =
        String.format(ROW, "MEMBER", "CONTROL", "DATA", "LOAD", "STARTED", "SERVICES")
            .stripTrailing();
    return members.list().stream()
        .map(MembersCommand::row)
        .collect(Collectors.joining("\n", head + "\n", ""));
  }

  private static String row(Member member) {
    return String.format(
            Locale.ROOT,
            ROW,
            member.principal(),
            member.control(),
            member.data(),
            member.load(),
            member.started().truncatedTo(ChronoUnit.SECONDS),
            String.join(",", member.services()))
        .stripTrailing();
  }

  private static String json(Member member) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("principal", member.principal());
    object.put("key", member.keyId());
    object.put("control", member.control());
    object.put("data", member.data());
    object.put("load", member.load());
    object.put("started", member.started());
    object.put("services", member.services());
    return Json.object(object);
  }
}
