package dev.outband.benchmarks.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
final class Wait {

  private static final long POLL_NS = 500_000;
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(3);

  private Wait() {}

  static void until(BooleanSupplier isSo) {
    long startNs = System.nanoTime();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - startNs > LIMIT_NS) {
        throw new IllegalStateException("nothing happened within 3 min");
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }
}
