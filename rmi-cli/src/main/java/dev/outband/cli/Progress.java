package dev.outband.cli;

import dev.outband.transport.Transfer;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar with rate and time left on standard error, if a person watches; otherwise nothing. Used by
 * one thread.
 */
final class Progress implements AutoCloseable {

  /** Starts to show a task of so many bytes, negative if not known. */
  @FunctionalInterface
  interface Display {
    Progress start(String task, long totalBytes);
  }

  private static final int UPDATE_INTERVAL_MS = 200;
  private static final int MAX_COLUMNS = 79;
  private static final long MEBIBYTE = 1L << 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long startNs = System.nanoTime();
  private final PrintStream err;
  private final Optional<ProgressBar> bar;

  Progress(Surroundings surroundings, boolean isQuiet, String task, long totalBytes) {
    this.err = surroundings.err();
    this.bar =
        surroundings.isErrTerminal() && !isQuiet
            ? Optional.of(bar(task, totalBytes))
            : Optional.empty();
  }

  private ProgressBar bar(String task, long totalBytes) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(totalBytes)
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_INTERVAL_MS)
        .setConsumer(new DelegatingProgressBarConsumer(line -> err.print('\r' + line), MAX_COLUMNS))
        .build();
  }

  void moved(long bytes) {
    moved(0, bytes);
  }

  private void moved(long heldBytes, long bytes) {
    bar.ifPresent(
        shown -> {
          shown.stepTo(heldBytes + bytes);
          shown.setExtraMessage(
              ' ' + ByteCount.showRate(bytes * NANOS_PER_SECOND / (System.nanoTime() - startNs)));
        });
  }

  /** Shows a transfer until it has ended, well or not; the bytes that were held count as done. */
  void follow(Transfer transfer, long heldBytes) throws InterruptedException {
    CompletableFuture<?> end = transfer.receipt().toCompletableFuture();
    while (!isEnded(end)) {
      long totalBytes = transfer.totalBytes();
      bar.ifPresent(shown -> shown.maxHint(totalBytes < 0 ? totalBytes : heldBytes + totalBytes));
      moved(heldBytes, transfer.bytes());
    }
    moved(heldBytes, transfer.bytes());
  }

  private static boolean isEnded(CompletableFuture<?> end) throws InterruptedException {
    try {
      end.get(UPDATE_INTERVAL_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true; // Whoever awaits the receipt learns why.
    }
  }

  /** Ends the line. */
  @Override
  public void close() {
    bar.ifPresent(
        shown -> {
          shown.close();
          err.println();
        });
  }
}
