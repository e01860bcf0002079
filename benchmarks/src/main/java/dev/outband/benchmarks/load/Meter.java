package dev.outband.benchmarks.load;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** What this process holds, by the JVM's own counters. */
final class Meter {

  private static final long SETTLE_NS = 200_000_000;

  private Meter() {}

  /** The heap that is in use when garbage has been collected. */
  static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(SETTLE_NS);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  /** Bytes that threads whose names start so have allocated since they started. */
  static long allocated(String prefix) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] ids =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(prefix))
            .mapToLong(Thread::getId)
            .toArray();
    return Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
  }
}
