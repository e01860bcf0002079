package dev.outband.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code outband members --watch} in a JVM of its own: the list of the server that it was given, as
 * long as that one answers, then that of another one.
 */
final class MembersWatch implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("\"principal\":\"server:([^\"]+)\"");

  private final String label;
  private final Cli.Running running;

  private MembersWatch(String label, Cli.Running running) {
    this.label = label;
    this.running = running;
  }

  /** Starts a command that ends with {@code --watch --json}. */
  static MembersWatch start(String label, List<String> command) throws IOException {
    return new MembersWatch(label, Cli.start(command));
  }

  /** Who is in the list that was printed last; nobody before the first. */
  List<String> names() throws IOException {
    String last = Files.readString(running.out()).lines().reduce("", (before, line) -> line);
    return NAME.matcher(last).results().map(found -> found.group(1)).toList();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    running.process().destroyForcibly().waitFor();
    Files.deleteIfExists(running.out());
    Files.deleteIfExists(running.err());
  }

  @Override
  public String toString() {
    return label;
  }
}
