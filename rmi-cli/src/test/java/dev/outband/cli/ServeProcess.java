package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code outband serve} in a JVM of its own. */
final class ServeProcess implements AutoCloseable {

  private static final Pattern READY =
      Pattern.compile(
          "ready control=(\\S+:[1-9]\\d*) data=(\\S+:[1-9]\\d*)(?: cluster=(\\S+:[1-9]\\d*))?\n");
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private final Cli.Running running;
  private final String control;
  private final String cluster;

  private ServeProcess(Cli.Running running, String control, String cluster) {
    this.running = running;
    this.control = control;
    this.cluster = cluster;
  }

  static ServeProcess start(Path root, Path identity, Object... options) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "serve",
                root,
                "--identity",
                identity,
                "--control",
                "127.0.0.1:0",
                "--data",
                "127.0.0.1:0"));
    args.addAll(List.of(options));
    return start(Cli.command(args.toArray()));
  }

  static ServeProcess start(List<String> command) throws IOException {
    Cli.Running running = Cli.start(command);
    try {
      await()
          .atMost(READY_LIMIT)
          .until(
              () -> !running.process().isAlive() || Files.readString(running.out()).endsWith("\n"));
      String said = Files.readString(running.out());
      Matcher ready = READY.matcher(said);
      assertThat(ready.matches())
          .as("ready line: %s, errors: %s", said, Files.readString(running.err()))
          .isTrue();
      return new ServeProcess(running, ready.group(1), ready.group(3));
    } catch (IOException | RuntimeException | Error e) {
      running.process().destroyForcibly();
      throw e;
    }
  }

  String url(String path) {
    return "outband://" + control + "/" + path;
  }

  String control() {
    return control;
  }

  /** The member port; null if the server is in no cluster. */
  String cluster() {
    return cluster;
  }

  Process process() {
    return running.process();
  }

  String log() throws IOException {
    return Files.readString(running.err());
  }

  /** Sends SIGTERM and waits. */
  Cli.Result terminate() throws IOException, InterruptedException {
    running.process().destroy();
    return Cli.end(running);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (running.process().isAlive()) {
      running.process().destroyForcibly().waitFor();
    }
    Files.deleteIfExists(running.out());
    Files.deleteIfExists(running.err());
  }
}
