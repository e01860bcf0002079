package dev.outband.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The {@code outband} command. */
@Command(
    name = "outband",
    description = {
      "Moves files of any size beside Java RMI, under RMI's security.",
      "The launcher's further command, bench, compares it with its peers: see benchmarks/README.md."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 done   2 usage   3 refused (certificate, identity, policy, permission)",
      "  4 unreachable   5 failed or corrupt   6 not found"
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one command and ends the JVM.
   *
   * <p>Reads the environment variable {@code OUTBAND_IDENTITY}: the identity's folder where {@code
   * --identity} is not given.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    if (Logging.isLeftOut(args)) {
      System.setProperty("slf4j.provider", Logging.NONE);
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
    // Else RMI answers an argument that it refuses with the stack of the server.
    System.setProperty("sun.rmi.server.suppressStackTraces", "true");
    String identityFolder = Objects.requireNonNullElse(System.getenv("OUTBAND_IDENTITY"), "");
    System.exit(
        run(new Surroundings(System.out, System.err, isErrTerminal(), identityFolder), args));
  }

  /**
   * Java has no way to ask; {@code System.console()} needs standard output to be a terminal, and
   * says yes always from 22 on.
   */
  private static boolean isErrTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Runs one command and returns its exit code. */
  static int run(Surroundings surroundings, String... args) {
    CommandLine outband = new CommandLine(new Main());
    commands(args).forEach(command -> outband.addSubcommand(command.apply(surroundings)));
    outband
        .setParameterExceptionHandler((e, unused) -> usage(surroundings, e))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> fail(surroundings, e, isVerbose(parsed)));
    try {
      return outband.execute(args);
    } catch (Error e) {
      return fail(surroundings, e, true);
    }
  }

  /** All commands, or the one that is called: to describe the others takes longer than some run. */
  private static Collection<Function<Surroundings, Object>> commands(String... args) {
    Map<String, Function<Surroundings, Object>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("pki", PkiCommand::new);
    commands.put("policy", PolicyCommand::new);
    commands.put("serve", ServeCommand::new);
    commands.put("members", MembersCommand::new);
    commands.put("ls", LsCommand::new);
    commands.put("get", GetCommand::new);
    commands.put("put", PutCommand::new);
    return args.length > 0 && commands.containsKey(args[0])
        ? List.of(commands.get(args[0]))
        : commands.values();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command, try outband --help");
  }

  private static int usage(Surroundings surroundings, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    surroundings
        .err()
        .println(
            "outband: " + Failure.line(e.getMessage()) + " (" + command + " --help tells more)");
    return ExitCode.USAGE;
  }

  private static int fail(Surroundings surroundings, Throwable thrown, boolean isVerbose) {
    Failure failure = Failure.of(thrown);
    surroundings.err().println("outband: " + failure.line());
    if (isVerbose) {
      thrown.printStackTrace(surroundings.err());
    }
    return failure.exitCode();
  }

  private static boolean isVerbose(ParseResult parsed) {
    ParseResult deepest = parsed;
    while (deepest.hasSubcommand()) {
      deepest = deepest.subcommand();
    }
    return deepest.hasMatchedOption("--verbose");
  }
}
