package dev.outband.cli;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.client.ReceiveObserver;
import dev.outband.transport.Transfer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shows the attempts of one get, and ends it before a signal ends the JVM, so that it cleans up. To
 * be used by the thread that receives.
 */
final class Attempts implements ReceiveObserver, AutoCloseable {

  private static final long CLEANUP_LIMIT_S = 5;

  private final Progress.Display display;
  private final Consumer<String> notices;
  private final Thread receiving = Thread.currentThread();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Interruption interruption = Interruption.cleanup(this::interrupt);
  private volatile boolean interrupted;
  private volatile Transfer current;
  private Thread follower;

  Attempts(Progress.Display display, Consumer<String> notices) {
    this.display = display;
    this.notices = notices;
  }

  private void interrupt() {
    interrupted = true;
    Transfer running = current;
    if (running != null) {
      running.cancel("interrupted");
    }
    receiving.interrupt();
    try {
      if (!over.await(CLEANUP_LIMIT_S, TimeUnit.SECONDS)) {
        notices.accept("not cleaned up within " + CLEANUP_LIMIT_S + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void begins(Transfer transfer, long heldBytes) {
    endFollowing();
    current = transfer;
    if (interrupted) {
      transfer.cancel("interrupted");
    }
    follower = new Thread(() -> follow(transfer, heldBytes), "outband-progress");
    follower.setDaemon(true);
    follower.start();
  }

  private void follow(Transfer transfer, long heldBytes) {
    try (Progress progress = display.start("get", transfer.totalBytes())) {
      progress.follow(transfer, heldBytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void retries(TransferException why) {
    if (why.code() == Code.CONTENT_CHANGED || why.code() == Code.NOT_RESUMABLE) {
      notices.accept("starts over: " + why.getMessage());
    }
  }

  /** Of an attempt that has ended, so that it ends by itself. */
  private void endFollowing() {
    if (follower == null) {
      return;
    }
    try {
      follower.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    endFollowing();
    over.countDown();
    interruption.close();
  }
}
