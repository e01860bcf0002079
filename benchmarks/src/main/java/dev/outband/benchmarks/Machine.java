package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The machine that a benchmark ran on.
 *
 * @param cores processors that the JVM may use
 * @param cpu the processor's model
 * @param memoryBytes main memory, 0 where the system does not say
 * @param kernel the operating system's release
 * @param congestionControl how the kernel's TCP controls congestion, which loopback feels, too
 */
record Machine(int cores, String cpu, long memoryBytes, String kernel, String congestionControl) {
  private static final String UNKNOWN = "unknown";

  /** This one. On systems without {@code /proc} all but the cores is unknown. */
  static Machine current() throws IOException {
    String memory = field("/proc/meminfo", "MemTotal").replace("kB", "").strip();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        field("/proc/cpuinfo", "model name"),
        memory.equals(UNKNOWN) ? 0 : Long.parseLong(memory) << 10,
        firstLine("/proc/sys/kernel/osrelease"),
        firstLine("/proc/sys/net/ipv4/tcp_congestion_control"));
  }

  private static String field(String file, String name) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return UNKNOWN;
    }
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static String firstLine(String file) throws IOException {
    Path path = Path.of(file);
    return Files.isReadable(path) ? Files.readAllLines(path).get(0) : UNKNOWN;
  }

  /** One line for a report. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%d cores, %s, %.1f GiB memory, kernel %s, TCP %s",
        cores,
        cpu,
        memoryBytes / (double) (1L << 30),
        kernel,
        congestionControl);
  }
}
