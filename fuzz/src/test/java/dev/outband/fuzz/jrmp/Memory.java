package dev.outband.fuzz.jrmp;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What a JVM keeps.
 *
 * @param heapBytes of objects that are alive
 * @param classes that are loaded
 */
record Memory(long heapBytes, long classes) {
  private static final int COLLECTIONS = 4;

  static Memory now() {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return new Memory(heap, ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
  }

  /**
   * What is kept once things that end have ended: sockets wait for their finalizers, and threads
   * that are idle for a minute remember what they served.
   *
   * @param mostBytes with no more than this on the heap it is asked no further
   * @param patience how long it is asked at the longest
   */
  static Memory settled(long mostBytes, Duration patience) {
    long startNs = System.nanoTime();
    Memory kept = now();
    while (kept.heapBytes > mostBytes && System.nanoTime() - startNs < patience.toNanos()) {
      kept = now();
    }
    return kept;
  }

  /** The classes with most bytes on the heap, a line each. */
  static String histogram(int lines) {
    try {
      Object all =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {null},
                  new String[] {String[].class.getName()});
      return String.join("\n", all.toString().lines().limit(lines).toList());
    } catch (JMException e) {
      return e.toString();
    }
  }
}
