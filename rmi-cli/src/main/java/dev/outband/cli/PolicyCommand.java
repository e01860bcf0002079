package dev.outband.cli;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import dev.outband.security.Decision;
import dev.outband.security.EndpointPolicy;
import dev.outband.security.Grant;
import dev.outband.security.PolicyException;
import dev.outband.security.Principal;
import dev.outband.security.Role;
import dev.outband.security.SecurityPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a policy file, and says what it would decide. */
@Command(
    name = "policy",
    description = "Checks a policy file, and says what it decides and by which rule.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class PolicyCommand implements Runnable {

  private static final String VERBOSE = "Show the stack of an error.";

  /** An address that nobody has: of those for documentation (RFC 5737). */
  private static final String ELSEWHERE = "192.0.2.0";

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;

  PolicyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command, try outband policy --help");
  }

  @Command(
      description = "Reads FILE as serve would; ends 3 with file, line and column if it is wrong.",
      mixinStandardHelpOptions = true)
  int check(
      @Parameters(paramLabel = "FILE", description = "The policy file.") Path file,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws PolicyException {
    surroundings.print("good: " + load(file));
    return ExitCode.DONE;
  }

  @Command(
      description =
          "Says whether FILE allows a call, by which rule, and what the call may do; ends 3 if it"
              + " is denied.",
      mixinStandardHelpOptions = true)
  int explain(
      @Parameters(paramLabel = "FILE", description = "The policy file.") Path file,
      @Option(
              names = "--principal",
              paramLabel = "P",
              required = true,
              description = "Who calls: client:NAME or server:NAME.")
          String principal,
      @Option(
              names = "--service",
              paramLabel = "S",
              required = true,
              description = "The name under which the object is exported.")
          String service,
      @Option(
              names = "--method",
              paramLabel = "M",
              required = true,
              description = "The name of the method.")
          String method,
      @Option(
              names = "--callback",
              paramLabel = "ADDR",
              converter = HostPort.Converter.class,
              description = "HOST:PORT that the caller's stub advertises.")
          HostPort callback,
      @Option(
              names = "--caller",
              paramLabel = "ADDRESS",
              description =
                  "The address from which the caller calls. Default: the answer holds for all"
                      + " callers, or says to which one alone the callback is allowed.")
          String caller,
      @Option(names = "--verbose", description = VERBOSE) boolean verbose)
      throws PolicyException, CommandException {
    Decision decision = load(file).decide(principal(principal), service, method);
    surroundings.print(
        (decision.isAllowed() ? "allow " : "deny ")
            + principal
            + " "
            + service
            + "."
            + method
            + " rule="
            + decision.rule()
            + " at "
            + decision.place());
    if (!decision.isAllowed()) {
      return ExitCode.REFUSED;
    }
    printGrant(decision.grant());
    return callback == null
        ? ExitCode.DONE
        : explain(decision.grant().callbacks(), callback, caller);
  }

  private SecurityPolicy load(Path file) throws PolicyException {
    SecurityPolicy policy = SecurityPolicy.load(file);
    policy.warnings().forEach(line -> surroundings.err().println("outband: warning: " + line));
    return policy;
  }

  private void printGrant(Grant grant) {
    surroundings.print(
        "  floor="
            + grant.floor()
            + " transfers="
            + grant.transfers()
            + " bytes-per-second="
            + limit(grant.bytesPerSecond())
            + " bytes-in-all="
            + limit(grant.bytesInAll()));
    surroundings.print("  callback: " + grant.callbacks());
  }

  private int explain(EndpointPolicy callbacks, HostPort callback, String caller)
      throws CommandException {
    String host = caller == null ? callback.host() : caller;
    try {
      Endpoint endpoint = new Endpoint(callback.host(), callback.port());
      InetAddress peer = InetAddress.getByName(host);
      InetSocketAddress dialed = callbacks.admit(endpoint, peer);
      surroundings.print(
          "  allow callback "
              + callback
              + " dials "
              + dialed.getAddress().getHostAddress()
              + (caller == null
                  ? whoElse(callbacks, endpoint, dialed)
                  : " for a caller at " + caller));
      return ExitCode.DONE;
    } catch (TransferException e) {
      surroundings.print("  deny callback: " + e.getMessage());
      return ExitCode.REFUSED;
    } catch (UnknownHostException e) {
      throw new CommandException(ExitCode.USAGE, "unknown host: " + host, e);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }

  /** For whom that is dialed, beside the caller who is there. */
  private static String whoElse(
      EndpointPolicy callbacks, Endpoint endpoint, InetSocketAddress dialed)
      throws UnknownHostException {
    try {
      if (callbacks.admit(endpoint, InetAddress.getByName(ELSEWHERE)).equals(dialed)) {
        return " for any caller";
      }
    } catch (TransferException e) {
      // Denied, which is an answer.
    }
    return ", only for a caller at " + dialed.getAddress().getHostAddress();
  }

  private static String limit(long bytes) {
    return bytes == Long.MAX_VALUE ? "unlimited" : String.valueOf(bytes);
  }

  private static Principal principal(String text) throws CommandException {
    for (Role role : Role.values()) {
      String prefix = role.label() + ":";
      if (text.startsWith(prefix)) {
        try {
          return new Principal(text.substring(prefix.length()), role);
        } catch (IllegalArgumentException e) {
          throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
        }
      }
    }
    throw new CommandException(
        ExitCode.USAGE, "--principal must be client:NAME or server:NAME, not " + text);
  }
}
