package dev.outband.cli;

import dev.outband.transport.Transfer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes sure that a signal which ends the JVM first ends a transfer, so that it leaves no temporary
 * file behind.
 */
final class Interruption implements AutoCloseable {

  private static final long CLEANUP_LIMIT_S = 5;

  private final Thread hook;

  private Interruption(Runnable cleanup) {
    hook = new Thread(cleanup, "outband-interrupted");
  }

  /** Runs the cleanup if the JVM ends before {@link #close}. */
  static Interruption cleanup(Runnable cleanup) {
    Interruption interruption = new Interruption(cleanup);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  static Interruption ends(Transfer transfer) {
    return cleanup(
        () -> {
          transfer.cancel("interrupted");
          CompletableFuture<Void> end =
              transfer.receipt().<Void>handle((receipt, failure) -> null).toCompletableFuture();
          end.completeOnTimeout(null, CLEANUP_LIMIT_S, TimeUnit.SECONDS).join();
        });
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, so the hook runs.
    }
  }
}
