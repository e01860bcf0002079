package dev.outband.benchmarks.cluster;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.util.EnumMap;
import java.util.Map;

/** What the clients of a soak have done, and how it ended. Safe for use by several threads. */
final class SoakTally {

  /** Guarded by this. */
  private final Map<Code, Integer> refused = new EnumMap<>(Code.class);

  /** Guarded by this. */
  private int done;

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private int wrong;

  /** Guarded by this. */
  private int untyped;

  /** Guarded by this. */
  private int disturbed;

  /** Guarded by this. */
  private int givenUp;

  /** Guarded by this. */
  private long longestNs;

  synchronized void done(long moved, long ns) {
    done++;
    bytes += moved;
    longestNs = Math.max(longestNs, ns);
  }

  synchronized void wrong() {
    wrong++;
  }

  /** A transfer begins that is to meet a fault. */
  synchronized void disturbed() {
    disturbed++;
  }

  /** A client has stopped before its time. */
  synchronized void gaveUp() {
    givenUp++;
  }

  synchronized void failed(Exception why, long ns) {
    longestNs = Math.max(longestNs, ns);
    if (why instanceof TransferException typed) {
      refused.merge(typed.code(), 1, Integer::sum);
    } else {
      untyped++;
    }
  }

  synchronized int disturbedCount() {
    return disturbed;
  }

  synchronized int givenUpCount() {
    return givenUp;
  }

  synchronized int done() {
    return done;
  }

  synchronized int wrongCount() {
    return wrong;
  }

  synchronized int typedCount() {
    return refused.values().stream().mapToInt(Integer::intValue).sum();
  }

  synchronized int untypedCount() {
    return untyped;
  }

  synchronized double longestSeconds() {
    return longestNs / 1e9;
  }

  /** One line. */
  @Override
  public synchronized String toString() {
    return "done="
        + done
        + ", MiB="
        + (bytes >> 20)
        + ", wrong="
        + wrong
        + ", failed typed="
        + refused
        + ", failed otherwise="
        + untyped
        + ", longest s="
        + longestNs / 1_000_000_000;
  }
}
