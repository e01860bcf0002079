package dev.outband.transport;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads for what blocks on a disk, in the order in which it comes. They end when idle.
 * Short work (creating, removing) and long work (forcing) need one each, or the one waits for the
 * other.
 */
final class DiskThreads implements AutoCloseable {

  private static final int THREADS = 2;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  DiskThreads(String name) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Something that may block. */
  interface Work {
    void run() throws IOException;
  }

  /** What to do when it failed. */
  interface Failure {
    void failed(Throwable why);
  }

  /** Does the work on a disk thread; once they have ended, on the caller's. */
  void run(Work work, Runnable then, Failure otherwise) {
    try {
      threads.execute(() -> perform(work, then, otherwise));
    } catch (RejectedExecutionException e) {
      perform(work, then, otherwise);
    }
  }

  static void perform(Work work, Runnable then, Failure otherwise) {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      otherwise.failed(e);
      return;
    }
    then.run();
  }

  /** Lets the work that is queued end, then ends the threads. Blocks. */
  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
