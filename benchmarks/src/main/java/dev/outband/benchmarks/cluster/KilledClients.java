package dev.outband.benchmarks.cluster;

import dev.outband.testkit.ServerJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Clients in one JVM, which is killed: the system closes or resets each of its connections. */
final class KilledClients implements Crashing {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final OneServer server;
  private final Path object;
  private ServerJvm jvm;

  KilledClients(OneServer server, Path object) {
    this.server = server;
    this.object = object;
  }

  @Override
  public void begin(List<Errand> errands) throws Exception {
    String control = "127.0.0.1:" + server.control().getPort();
    Stream<String> fixed = Stream.of(server.client().toString(), control, object.toString());
    jvm =
        ServerJvm.of(DoomedJvm.class)
            .options("-Xmx128m", "-XX:+UseSerialGC")
            .arguments(
                Stream.concat(fixed, errands.stream().map(Errand::toString)).toArray(String[]::new))
            .start();
    jvm.awaitLine(DoomedJvm.ON_THE_WAY, LIMIT);
  }

  @Override
  public void crash() {
    jvm.kill();
  }

  @Override
  public void close() {
    if (jvm != null) {
      jvm.close();
    }
  }
}
