package dev.outband.fuzz.jrmp;

import java.lang.management.ManagementFactory;

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
}
