package dev.outband.security;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes what outlives its deadline. Blocking sockets have a time limit for one read and none for a
 * handshake or a write; one thread that looks through the open connections gives them one, late by
 * a tenth of a second at most. Sleeps while there is nothing to watch. Safe for use by several
 * threads.
 */
final class Watchdog implements AutoCloseable {
  private static final long TICK_NS = Duration.ofMillis(100).toNanos();

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  Watchdog(String threadName) {
    thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts to watch; the watch has no deadline until it is armed. Closes at once if this is closed.
   */
  Watch watch(Closeable victim) {
    Watch watch = new Watch(victim);
    watches.add(watch);
    LockSupport.unpark(thread);
    if (closed) {
      watch.cut();
    }
    return watch;
  }

  int size() {
    return watches.size();
  }

  /** Closes everything that is still watched and ends the thread. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    watches.forEach(Watch::cut);
  }

  private void run() {
    while (!closed) {
      if (watches.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TICK_NS);
        long nowNs = System.nanoTime();
        watches.forEach(watch -> watch.cutIfDue(nowNs));
      }
    }
    watches.forEach(Watch::cut);
  }

  /** One connection under watch. */
  final class Watch {
    private final Closeable victim;
    private volatile long deadlineNs;
    private volatile boolean armed;
    private volatile long lastDeadlineNs;
    private volatile boolean lastArmed;
    private volatile boolean expired;

    private Watch(Closeable victim) {
      this.victim = victim;
    }

    void arm(Duration limit) {
      deadlineNs = System.nanoTime() + limit.toNanos();
      armed = true;
    }

    void disarm() {
      armed = false;
    }

    /** Gives the connection so much time to live, however another thread arms or disarms it. */
    void armLast(Duration limit) {
      if (!lastArmed) {
        lastDeadlineNs = System.nanoTime() + limit.toNanos();
        lastArmed = true;
      }
    }

    /** Whether the deadline passed and the connection was closed for it. */
    boolean isExpired() {
      return expired;
    }

    /** Ends the watch. Idempotent. */
    void end() {
      armed = false;
      watches.remove(this);
    }

    private void cutIfDue(long nowNs) {
      if (armed && nowNs - deadlineNs >= 0 || lastArmed && nowNs - lastDeadlineNs >= 0) {
        expired = true;
        cut();
      }
    }

    private void cut() {
      watches.remove(this);
      try {
        victim.close();
      } catch (IOException e) {
        // The descriptor is released all the same, and there is nobody to tell.
      }
    }
  }
}
