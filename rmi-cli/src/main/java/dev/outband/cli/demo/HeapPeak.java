package dev.outband.cli.demo;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/**
 * The most heap that this JVM used, garbage included: what a limit on its heap must leave room for.
 */
public final class HeapPeak {

  private HeapPeak() {}

  /** Forgets the peak so far. What is in use now is the new one. */
  public static void reset() {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /**
   * The sum of the heap pools' peaks since {@link #reset}, at most a little more than was ever used
   * at once.
   *
   * @return bytes
   */
  public static long bytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
