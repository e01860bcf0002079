package dev.outband.cli;

import dev.outband.cli.demo.ChunkServer;
import dev.outband.cli.demo.ChunkService;
import dev.outband.cli.files.FileServer;
import dev.outband.cli.files.FileServer.Access;
import dev.outband.cli.files.FileService;
import dev.outband.security.Caller;
import dev.outband.security.Identity;
import dev.outband.security.PolicyException;
import dev.outband.security.Risk;
import dev.outband.security.RiskException;
import dev.outband.security.Role;
import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import dev.outband.server.OutbandServerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves the files below a folder until it is told to end. */
@Command(
    name = "serve",
    description =
        "Serves the files below a folder. Prints \"ready control=HOST:PORT data=HOST:PORT\" when it"
            + " is up, and \" cluster=HOST:PORT\" behind it where it is a member.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ServeCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final int DATA_PORT = 7098;
  private static final int MOST_DEADLINE_SECONDS = 86_400;

  /** What serving files to one's own trust domain comes to; --writable decides about put. */
  private static final String BUILT_IN =
      """
      version = 1

      [[rule]]
      name = "files"
      who = ["*"]
      methods = ["*"]
      """
          + "service = [\""
          + FileService.NAME
          + "\", \""
          + ChunkService.NAME
          + "\"]\n";

  private final Surroundings surroundings;

  @Parameters(paramLabel = "ROOT", description = "The folder; no path leaves it.")
  private Path root;

  @Option(
      names = "--identity",
      paramLabel = "DIR",
      description =
          "The folder of the server's identity. Default: the environment variable"
              + " OUTBAND_IDENTITY.")
  private Path identity;

  @Option(
      names = "--control",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7099",
      converter = HostPort.Converter.class,
      description =
          "Where calls are answered; port 0 picks one. Default: ${DEFAULT-VALUE}, this machine"
              + " alone.")
  private HostPort control;

  @Option(
      names = "--data",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description =
          "Where data connections are accepted; port 0 picks one. Default: the host of --control,"
              + " port 7098, or 0 where the port of --control is 0.")
  private HostPort data;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description =
          "Who may call what, see security-policy/policy-example.toml; followed when it changes."
              + " Default: every valid identity of the trust domain may list and get files, and put"
              + " them with --writable.")
  private Path policy;

  @Option(
      names = "--bind-any",
      description = "Take charge of a wildcard address in --control or --data.")
  private boolean bindAny;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--writable", description = "Let clients put files.")
  private boolean writable;

  @Option(
      names = "--content-digests",
      description =
          "Name contents by their SHA-256, so that a get goes on from any server that has an equal"
              + " file. The first get of a file waits until it is computed, at most 10 s. Default:"
              + " a get goes on from this server alone.")
  private boolean contentDigests;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long running transfers may go on after SIGTERM. Default: ${DEFAULT-VALUE}.")
  private int drainSeconds;

  @Option(
      names = "--idle-deadline",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long a transfer may go without moving a byte. A client that has gone without a word,"
              + " its host's power included, holds its transfers for so long and 4 s more. Default:"
              + " ${DEFAULT-VALUE}.")
  private int idleSeconds;

  @Option(
      names = "--opening-deadline",
      paramLabel = "SECONDS",
      defaultValue = "45",
      description =
          "How long a data connection may take to open, until both ends are proven; a client that"
              + " goes without a word meanwhile holds its call for so long. Default:"
              + " ${DEFAULT-VALUE}.")
  private int openingSeconds;

  @Option(names = "--verbose", description = "Log more, with stacks.")
  private boolean verbose;

  @Option(
      names = "--demo",
      hidden = true,
      description = "Serve the demonstration, until standard input ends.")
  private boolean demo;

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, CommandException, InterruptedException {
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          ExitCode.USAGE, (Files.exists(root) ? "not a folder: " : "no such folder: ") + root);
    }
    if (drainSeconds < 0) {
      throw new CommandException(
          ExitCode.USAGE,
          "--drain must be 0.." + Integer.MAX_VALUE + " seconds, not " + drainSeconds);
    }
    requireDeadline("--idle-deadline", idleSeconds);
    requireDeadline("--opening-deadline", openingSeconds);
    // Before the identity is loaded: that says once a day only that a certificate ends soon.
    Logging.ofServer(verbose);
    Identity self = Identities.load(identity, surroundings);
    if (self.principal().role() != Role.SERVER) {
      throw new CommandException(
          ExitCode.REFUSED,
          "a server needs the identity of a server, not that of " + self.principal());
    }
    HostPort dataPort =
        data != null ? data : new HostPort(control.host(), control.port() == 0 ? 0 : DATA_PORT);
    try (OutbandServer server = start(self, dataPort);
        FileServer files =
            new FileServer(
                root,
                terms(),
                server.transmitter(),
                server.receptions(),
                () -> Caller.current().toString());
        ChunkServer chunks = new ChunkServer(root)) {
      server.export(FileService.NAME, FileService.class, files);
      if (demo) {
        server.export(ChunkService.NAME, ChunkService.class, chunks);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "outband-drain"));
      surroundings.print(
          "ready control="
              + control.withPort(server.controlAddress())
              + " data="
              + dataPort.withPort(server.dataAddress())
              + cluster.ready(server, control));
      waitForTheEnd();
    }
    return ExitCode.DONE;
  }

  private FileServer.Terms terms() {
    return new FileServer.Terms(
        writable ? Access.WRITABLE : Access.READ_ONLY,
        contentDigests ? FileServer.ContentTags.SHA256 : FileServer.ContentTags.STAMP);
  }

  private static void requireDeadline(String name, int seconds) throws CommandException {
    if (seconds < 1 || seconds > MOST_DEADLINE_SECONDS) {
      throw new CommandException(
          ExitCode.USAGE,
          name + " must be 1.." + MOST_DEADLINE_SECONDS + " seconds, not " + seconds);
    }
  }

  private OutbandServer start(Identity self, HostPort dataPort)
      throws IOException, CommandException {
    OutbandServerBuilder server =
        OutbandServer.builder()
            .identity(self)
            .policy(policy())
            .control(control.host(), control.port())
            .data(dataPort.host(), dataPort.port())
            .idleDeadline(Duration.ofSeconds(idleSeconds))
            .openingDeadline(Duration.ofSeconds(openingSeconds));
    cluster.apply(server, control);
    if (bindAny) {
      server.takeChargeOf(Risk.WILDCARD_BIND);
    }
    try {
      return server.start();
    } catch (RiskException e) {
      String hint = e.risk() == Risk.WILDCARD_BIND ? "; --bind-any says that it is meant" : "";
      throw new CommandException(ExitCode.REFUSED, e.getMessage() + hint, e);
    }
  }

  private SecurityPolicy policy() throws PolicyException {
    return policy == null
        ? SecurityPolicy.of("built-in policy of serve", BUILT_IN)
        : SecurityPolicy.load(policy);
  }

  /** Returns only in the demonstration; otherwise a signal ends the JVM. */
  private void waitForTheEnd() throws IOException, InterruptedException {
    if (demo) {
      System.in.transferTo(OutputStream.nullOutputStream());
    } else {
      new CountDownLatch(1).await();
    }
  }

  private void end(OutbandServer server) {
    int exitCode = ExitCode.FAILED;
    try {
      exitCode = ServerEnd.of(server, Duration.ofSeconds(drainSeconds)).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("the server could not be ended", e);
    } finally {
      Logging.stop();
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
