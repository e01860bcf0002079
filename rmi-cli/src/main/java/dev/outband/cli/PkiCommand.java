package dev.outband.cli;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps a trust domain: its certificate authority and the identities it issues. */
@Command(
    name = "pki",
    description =
        "Keeps a trust domain: a certificate authority and the identities that it issues.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class PkiCommand implements Runnable {

  private static final String VERBOSE = "Show the stack of an error.";

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;

  PkiCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command, try outband pki --help");
  }

  @Command(
      description = "Creates a trust domain in the folder DIR.",
      mixinStandardHelpOptions = true)
  int init(
      @Parameters(paramLabel = "DIR", description = "The folder; made if it does not exist.")
          Path dir,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException {
    CertificateAuthority.create(dir);
    surroundings.print(dir.toString());
    return ExitCode.DONE;
  }

  @Command(
      description = "Issues an identity for a server, in the folder DIR/NAME.",
      mixinStandardHelpOptions = true)
  int server(
      @Parameters(paramLabel = "DIR", description = "The trust domain's folder.") Path dir,
      @Parameters(paramLabel = "NAME", description = "The server's name.") String name,
      @Option(
              names = "--host",
              paramLabel = "H",
              required = true,
              arity = "1..*",
              description = "Host names and addresses under which clients reach it.")
          List<String> hosts,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    CertificateAuthority authority = CertificateAuthority.open(dir);
    try {
      surroundings.print(authority.issueServer(name, hosts).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  @Command(
      description = "Issues an identity for a client, in the folder DIR/NAME.",
      mixinStandardHelpOptions = true)
  int client(
      @Parameters(paramLabel = "DIR", description = "The trust domain's folder.") Path dir,
      @Parameters(paramLabel = "NAME", description = "The client's name.") String name,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    CertificateAuthority authority = CertificateAuthority.open(dir);
    try {
      surroundings.print(authority.issueClient(name).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  @Command(description = "Revokes whatever was issued to NAME.", mixinStandardHelpOptions = true)
  int revoke(
      @Parameters(paramLabel = "DIR", description = "The trust domain's folder.") Path dir,
      @Parameters(paramLabel = "NAME", description = "The name of the server or client.")
          String name,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    CertificateAuthority authority = CertificateAuthority.open(dir);
    try {
      surroundings.print(authority.revoke(name) ? "revoked " + name : "revoked before: " + name);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }
}
