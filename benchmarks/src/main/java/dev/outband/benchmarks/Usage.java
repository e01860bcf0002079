package dev.outband.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used.
 *
 * @param cpuNs CPU time of all its threads since it started, user and system, the JVM's own
 *     included, in nanoseconds
 * @param peakRssBytes its greatest resident set since the last reset; 0 where the system does not
 *     say
 * @param peakHeapBytes the greatest use of each of the heap's pools since the last reset, garbage
 *     included, added up
 */
record Usage(long cpuNs, long peakRssBytes, long peakHeapBytes) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";
  private static final String PEAK = "VmHWM:";

  /** What this process has used. */
  static Usage ofThisProcess() throws IOException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      heap += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
    }
    return new Usage(system.getProcessCpuTime(), readPeakRssBytes(), heap);
  }

  /** Lets both peaks of this process begin anew, from what it uses now. */
  static void resetPeaks() {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    try {
      Files.writeString(CLEAR, RESET_PEAK);
    } catch (IOException e) {
      // where the system has no such file the peak is that since the process started
    }
  }

  /** This usage with the CPU time since another one, of the same process. */
  Usage since(Usage before) {
    return new Usage(cpuNs - before.cpuNs(), peakRssBytes, peakHeapBytes);
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
