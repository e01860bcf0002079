package dev.outband.cli;

import dev.outband.security.pki.CertificateAuthority;
import dev.outband.security.pki.Lifetimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
  private static final String DAYS =
      "How long the certificate is valid, 1 to 3650 days. Default: ${DEFAULT-VALUE}.";
  private static final int MAX_DAYS = 3650;
  private static final Duration SOON = Duration.ofDays(30);

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
      @Option(names = "--days", paramLabel = "N", defaultValue = "397", description = DAYS)
          int days,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    CertificateAuthority authority = open(dir, days);
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
      @Option(names = "--days", paramLabel = "N", defaultValue = "397", description = DAYS)
          int days,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    CertificateAuthority authority = open(dir, days);
    try {
      surroundings.print(authority.issueClient(name).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  @Command(
      description =
          "Issues a new certificate for the key of an identity; processes that run take it up.",
      mixinStandardHelpOptions = true)
  int renew(
      @Parameters(paramLabel = "DIR", description = "The trust domain's folder.") Path dir,
      @Parameters(paramLabel = "NAME", description = "The name of the server or client.")
          String name,
      @Option(names = "--days", paramLabel = "N", defaultValue = "397", description = DAYS)
          int days,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException, CommandException {
    try {
      surroundings.print(open(dir, days).renew(name).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  @Command(
      description = "Lists what was issued, and until when it is valid.",
      mixinStandardHelpOptions = true)
  int list(
      @Parameters(paramLabel = "DIR", description = "The trust domain's folder.") Path dir,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws IOException {
    Instant now = Instant.now();
    for (CertificateAuthority.Issued one : CertificateAuthority.open(dir).issued()) {
      surroundings.print(one.until() + " " + state(one, now) + " " + one.principal());
    }
    return ExitCode.DONE;
  }

  private static String state(CertificateAuthority.Issued one, Instant now) {
    if (one.isRevoked()) {
      return "revoked";
    }
    if (!one.until().isAfter(now)) {
      return "expired";
    }
    return one.until().isAfter(now.plus(SOON)) ? "valid" : "expires-soon";
  }

  private static CertificateAuthority open(Path dir, int days)
      throws IOException, CommandException {
    if (days < 1 || days > MAX_DAYS) {
      throw new CommandException(ExitCode.USAGE, "--days must be 1.." + MAX_DAYS + ", not " + days);
    }
    Lifetimes lifetimes = new Lifetimes(Lifetimes.DEFAULT.authority(), Duration.ofDays(days));
    return CertificateAuthority.open(dir, lifetimes, Clock.systemUTC());
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
