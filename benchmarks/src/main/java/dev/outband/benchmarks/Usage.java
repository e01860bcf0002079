package dev.outband.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used since it started.
 *
 * @param cpuNs CPU time of all its threads, user and system, the JVM's own included, in nanoseconds
 * @param peakRssBytes its greatest resident set so far; 0 where the system does not say
 */
record Usage(long cpuNs, long peakRssBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  /** What this process has used. */
  static Usage ofThisProcess() throws IOException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Usage(system.getProcessCpuTime(), readPeakRssBytes());
  }

  private static long readPeakRssBytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(PEAK)) {
        return Long.parseLong(line.substring(PEAK.length()).replace("kB", "").strip()) << 10;
      }
    }
    return 0;
  }
}
