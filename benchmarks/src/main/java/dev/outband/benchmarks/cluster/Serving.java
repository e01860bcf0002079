package dev.outband.benchmarks.cluster;

import dev.outband.cli.Main;
import dev.outband.testkit.ServerJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One {@code outband serve} that comes back where it was. Not safe for use by several threads. */
final class Serving implements AutoCloseable {

  private static final String READY = "ready control=.*";
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final String QUICKLY_UP = "-XX:TieredStopAtLevel=1";
  private static final Duration END_LIMIT = Duration.ofSeconds(90);

  private final Path root;
  private final Path identity;
  private final List<String> options;
  private final String control;
  private final String data;
  private final String member;
  private ServerJvm jvm;

  /** One that is to be a member. */
  Serving(Path root, Path identity) throws IOException {
    this(root, identity, List.of());
  }

  /** One with further options, a member only if {@link #start(List)} starts it. */
  Serving(Path root, Path identity, List<String> options) throws IOException {
    this.root = root;
    this.identity = identity;
    this.options = options;
    List<String> addresses = FixedAddress.next(3);
    this.control = addresses.get(0);
    this.data = addresses.get(1);
    this.member = addresses.get(2);
  }

  /** Starts it, at its addresses, and waits until it is ready. */
  void start(List<String> members) throws IOException, InterruptedException {
    List<String> membership = new ArrayList<>(List.of("--cluster", member));
    if (!members.isEmpty()) {
      membership.addAll(List.of("--join", String.join(",", members)));
    }
    launch(membership, "-Xmx128m", "-XX:+UseSerialGC", QUICKLY_UP);
  }

  /** The same for one that is in no cluster. */
  void startAlone() throws IOException, InterruptedException {
    launch(List.of(), "-Xmx128m", "-XX:+UseSerialGC");
  }

  private void launch(List<String> membership, String... jvmOptions)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "serve",
                root.toString(),
                "--identity",
                identity.toString(),
                "--writable",
                "--control",
                control,
                "--data",
                data));
    command.addAll(options);
    command.addAll(membership);
    jvm =
        ServerJvm.of(Main.class)
            .options(jvmOptions)
            .arguments(command.toArray(String[]::new))
            .start();
    jvm.awaitLine(READY, READY_LIMIT);
  }

  /** What it has logged. */
  List<String> output() {
    return jvm.output();
  }

  /** What it has logged last. */
  List<String> lastOutput() {
    return jvm.lastOutput();
  }

  /** Which process it is. */
  long pid() {
    return jvm.pid();
  }

  String control() {
    return control;
  }

  String data() {
    return data;
  }

  String member() {
    return member;
  }

  /** As {@code kill -9}. */
  void kill() {
    jvm.kill();
  }

  /** As {@code kill}; its exit code. */
  int terminate() throws InterruptedException {
    return jvm.terminate(END_LIMIT);
  }

  @Override
  public void close() {
    if (jvm != null) {
      jvm.close();
    }
  }
}
