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
 * <p>Does so only where it helps. Once nothing has come during some waits in a row, it leaves out
 * many; when others want the processor (to yield to them may take milliseconds), it pauses, for
 * longer and longer until they leave it. No more threads of a process look at once than there are
 * processors. Confined to the thread that waits, or to one at a time.
 */
public final class BusyWait {
  /** How long it looks: 100 us, which is more than a short call between two processes takes. */
  static final long LONGEST_NS = 100_000;

  /** After so many waits in vain it is not worth it. */
  static final int MOST_IN_VAIN = 4;

  /** How many waits it then leaves out, however long they are. */
  static final int LEFT_OUT = 63;

  /** Who does not come back from a yield for so long has yielded to somebody who works. */
  static final long CONTENDED_NS = 200_000;

  /** Or was stopped, because its process may not use more of the processor. */
  static final long STOPPED_NS = TimeUnit.MILLISECONDS.toNanos(40);

  static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A JVM that is young compiles in bursts; a longer pause would outlive them by far. */
  static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(80);

  /** To be stopped again would cost more than all looks gain. */
  static final long STOPPED_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  /** After so many waits that were worth it, the next pause is shorter again. */
  static final int CALM = 128;

  private static final Semaphore PLACES = new Semaphore(Runtime.getRuntime().availableProcessors());

  private final Semaphore places;
  private final LongSupplier clockNs;
  private final Runnable yielding;
  private int inVain;
  private int toLeaveOut;
  private boolean isPaused;
  private long pausedUntilNs;

  private long pauseNs = SHORTEST_PAUSE_NS;
  private int calm;

  /** Asks whether it has come. Must not block. */
  @FunctionalInterface
  public interface Look {

    /**
     * Looks once.
     *
     * @return whether it has come
     * @throws IOException if it cannot come any more
     */
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
   * Looks until it has come, for 100 us at the longest if nobody else wants the processor. Does not
   * sleep.
   *
   * @param look asked again and again, on this thread
   * @return whether it has come; if not, or if looking is not worth it now, sleep until it comes
   * @throws IOException what the look throws
   */
  public boolean lookFor(Look look) throws IOException {
    if (toLeaveOut > 0) {
      toLeaveOut--;
      return false;
    }
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
    long lastNs = startNs;
    while (true) {
      boolean hasCome = look.hasCome();
      long nowNs = clockNs.getAsLong();
      long awayNs = nowNs - lastNs;
      if (awayNs > CONTENDED_NS) {
        pause(nowNs, awayNs > STOPPED_NS ? STOPPED_PAUSE_NS : pauseNs);
        return hasCome;
      }
      if (hasCome) {
        helped();
        return true;
      }
      if (nowNs - startNs > LONGEST_NS) {
        wasInVain();
        return false;
      }
      lastNs = nowNs;
      yielding.run();
    }
  }

  private void wasInVain() {
    inVain++;
    if (inVain >= MOST_IN_VAIN) {
      inVain = 0;
      toLeaveOut = LEFT_OUT;
    }
  }

  private void pause(long nowNs, long forNs) {
    isPaused = true;
    pausedUntilNs = nowNs + forNs;
    calm = 0;
    pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
  }

  private void helped() {
    inVain = 0;
    calm++;
    if (calm == CALM) {
      calm = 0;
      pauseNs = Math.max(pauseNs / 2, SHORTEST_PAUSE_NS);
    }
  }
}
