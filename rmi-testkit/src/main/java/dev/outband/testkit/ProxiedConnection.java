package dev.outband.testkit;

import dev.outband.api.Direction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One connection through a {@link ChaosProxy}, from its plan to its end. Safe for use by several
 * threads.
 */
public final class ProxiedConnection {

  private final Plan plan;

  /** Guarded by this. */
  private final Map<Direction, ByteArrayOutputStream> records = new EnumMap<>(Direction.class);

  /** Guarded by this. */
  private final Set<Direction> running = EnumSet.allOf(Direction.class);

  /** Guarded by this; null before the dialer has come. */
  private Socket dialer;

  /** Guarded by this; null before the listener has been reached. */
  private Socket listener;

  /** Guarded by this. */
  private boolean cut;

  ProxiedConnection(Plan plan) {
    this.plan = plan;
    for (Direction direction : Direction.values()) {
      records.put(direction, new ByteArrayOutputStream());
    }
  }

  /**
   * What was sent in one direction so far, before any fault. Empty unless the plan says that the
   * connection is recorded.
   *
   * @param direction which
   * @return a copy
   */
  public synchronized byte[] recorded(Direction direction) {
    return records.get(direction).toByteArray();
  }

  /**
   * Waits until both directions have ended and both sockets are closed. Blocks.
   *
   * @param limit how long at most
   * @return whether that is so
   * @throws InterruptedException if the thread is interrupted
   */
  public synchronized boolean awaitEnd(Duration limit) throws InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    for (long leftMs = limit.toMillis(); !running.isEmpty() && leftMs > 0; ) {
      wait(leftMs);
      leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
    }
    return running.isEmpty();
  }

  Plan plan() {
    return plan;
  }

  synchronized void attach(Socket fromDialer, Socket toListener) {
    dialer = fromDialer;
    listener = toListener;
  }

  synchronized void record(Direction direction, byte[] bytes, int count) {
    if (plan.recorded()) {
      records.get(direction).write(bytes, 0, count);
    }
  }

  synchronized boolean isOver() {
    return running.isEmpty();
  }

  synchronized boolean isCut() {
    return cut;
  }

  /** Ends both directions at once, in the way that the two ends shall see. */
  synchronized void cut(CutBy how) {
    cut = true;
    notifyAll();
    if (how == CutBy.RST) {
      Sockets.reset(dialer);
      Sockets.reset(listener);
    } else {
      Sockets.shutdownOutput(dialer);
      Sockets.shutdownOutput(listener);
    }
  }

  /** Blocks until then; throws if the connection is over before. */
  synchronized void pauseUntil(long timeNs) throws IOException {
    try {
      long leftNs = timeNs - System.nanoTime();
      while (leftNs > 0 && !running.isEmpty() && !cut) {
        TimeUnit.NANOSECONDS.timedWait(this, leftNs);
        leftNs = timeNs - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (running.isEmpty() || cut) {
      throw new IOException("the connection is over");
    }
  }

  /** Blocks until the other direction has ended. */
  synchronized void awaitEndOfOther(Direction direction) throws IOException {
    try {
      while (running.size() > 1) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("stalled " + direction + " to the end");
  }

  /** Blocks until the proxy closes. */
  synchronized void awaitAbandonment() {
    try {
      while (!running.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void ended(Direction direction) {
    running.remove(direction);
    if (running.isEmpty()) {
      Sockets.close(dialer);
      Sockets.close(listener);
    }
    notifyAll();
  }

  /** The listener could not be reached, or the proxy closes. */
  synchronized void abandon() {
    Sockets.reset(dialer);
    Sockets.reset(listener);
    running.clear();
    notifyAll();
  }
}
