package dev.outband.security;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How one thread waits for what may come within microseconds: it looks for it for a moment before
 * it sleeps, since to put a thread to sleep and to wake it takes longer than a short call. Between
 * two looks it yields.
 *
 * <p>Does so only where it helps. It pauses for a while once nothing has come during some waits in
 * a row, and for longer and longer while others want the processor: to yield to them may take
 * milliseconds. No more threads of a process look at once than there are processors. Confined to
 * the thread that waits, or to one at a time.
 */
public final class BusyWait {
  /** How long it looks: 60 us, a short call between two processes of one machine. */
  static final long LONGEST_NS = 100_000;

  /** After so many waits in vain it is not worth it. */
  static final int MOST_IN_VAIN = 4;

  /** Who yields for longer has yielded to somebody who works. */
  static final long CONTENDED_NS = 200_000;

  static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
  static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  /** After so many waits that were not in vain, the next pause is shorter again. */
  static final int CALM = 128;

  private static final Semaphore PLACES = new Semaphore(Runtime.getRuntime().availableProcessors());

  private final Semaphore places;
  private final LongSupplier clockNs;
  private final Runnable yielding;
  private int inVain;
  private int calm;
  private long pauseNs = SHORTEST_PAUSE_NS;
  private boolean isPaused;
  private long pausedUntilNs;

  /** Asks whether it has come. Must not block. */
  @FunctionalInterface
  public interface Look {
    boolean hasCome() throws IOException;
  }

  /** For one thread, or what one thread at a time waits for. */
  public BusyWait() {
    this(PLACES, System::nanoTime, Thread::yield);
  }

  BusyWait(Semaphore places, LongSupplier clockNs, Runnable yielding) {
    this.places = places;
    this.clockNs = clockNs;
    this.yielding = yielding;
  }

  /**
   * Looks until it has come, for 60 us at the longest if nobody else wants the processor. Does not
   * sleep.
   *
   * @param look asked again and again, on this thread
   * @return whether it has come; if not, or if looking is not worth it now, sleep until it comes
   * @throws IOException what the look throws
   */
  public boolean lookFor(Look look) throws IOException {
    long startNs = clockNs.getAsLong();
    if (isPaused && startNs - pausedUntilNs < 0 || !places.tryAcquire()) {
      return false;
    }
    isPaused = false;
    try {
      return looked(look, startNs);
    } finally {
      places.release();
    }
  }

  private boolean looked(Look look, long startNs) throws IOException {
    while (!look.hasCome()) {
      long beforeNs = clockNs.getAsLong();
      if (beforeNs - startNs > LONGEST_NS) {
        wasInVain(beforeNs);
        return false;
      }
      yielding.run();
      long afterNs = clockNs.getAsLong();
      if (afterNs - beforeNs > CONTENDED_NS) {
        pause(afterNs, pauseNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
        return look.hasCome();
      }
    }
    wasGood();
    return true;
  }

  private void pause(long nowNs, long lengthNs) {
    isPaused = true;
    pausedUntilNs = nowNs + lengthNs;
    calm = 0;
    inVain = 0;
  }

  private void wasInVain(long nowNs) {
    inVain++;
    if (inVain >= MOST_IN_VAIN) {
      pause(nowNs, SHORTEST_PAUSE_NS);
    }
  }

  private void wasGood() {
    inVain = 0;
    calm++;
    if (calm >= CALM) {
      calm = 0;
      pauseNs = Math.max(pauseNs / 2, SHORTEST_PAUSE_NS);
    }
  }
}
