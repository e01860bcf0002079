package dev.outband.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** JVM options that the documentation of peers asks for. */
final class JvmOptions {

  /**
   * For libraries that bring native code or use {@code sun.misc.Unsafe}: from JDK 24 on, Netty and
   * Arrow are slower, or do not run, without. An older JDK passes over what it does not know.
   */
  static final List<String> NATIVE =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /** Arrow allocates by {@code java.nio}'s internals. */
  static final List<String> ARROW =
      Stream.concat(NATIVE.stream(), Stream.of("--add-opens=java.base/java.nio=ALL-UNNAMED"))
          .toList();

  /** What stubs of the JDK's RMI advertise. */
  static final List<String> RMI = List.of("-Djava.rmi.server.hostname=" + Loopback.HOST);

  private JvmOptions() {}
}
