package dev.outband.server.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls that may never return, and waits for none of them longer than a limit. Each has a
 * daemon thread of its own, which is interrupted when it is waited for no more. Safe for use by
 * several threads.
 */
final class BoundedCalls {

  private final String name;
  private final int most;
  private final Duration limit;
  private final Semaphore free;

  /**
   * Starts no thread.
   *
   * @param name of the threads
   * @param most how many calls may run at a time, those included that are waited for no more
   * @param limit how long each is waited for
   */
  BoundedCalls(String name, int most, Duration limit) {
    this.name = name;
    this.most = most;
    this.limit = limit;
    this.free = new Semaphore(most);
  }

  /**
   * Makes a call. Blocks until it has returned, or the limit has passed; an interrupt is kept for
   * afterwards. What the call throws is thrown.
   *
   * @throws TimeoutException if it has not returned in time, or was not made since too many have
   *     not returned yet
   */
  void call(Runnable what) throws TimeoutException {
    if (!free.tryAcquire()) {
      throw new TimeoutException("not asked: of " + most + " calls before none has returned yet");
    }
    FutureTask<Void> task;
    Thread thread;
    try {
      task = new FutureTask<>(() -> releaseAfter(what), null);
      thread = new Thread(task, name);
      thread.setDaemon(true);
      thread.start();
    } catch (Error e) {
      // The system has no thread left, or no memory.
      free.release();
      throw e;
    }
    try {
      await(task);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new TimeoutException("no answer within " + limit.toMillis() + " ms");
    }
  }

  private void releaseAfter(Runnable what) {
    try {
      what.run();
    } finally {
      free.release();
    }
  }

  private void await(FutureTask<Void> task) throws TimeoutException {
    long endNs = System.nanoTime() + limit.toNanos();
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          task.get(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
