package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.transport.StripedSeries;
import dev.outband.transport.Transfer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The streams of one object as one transfer, whatever attempts each of them takes. Safe for use by
 * several threads.
 */
final class StripedWatch implements Transfer {
  private final UUID id = UUID.randomUUID();
  private final StripedSeries stripes;
  private final ReceiveObserver observer;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

  /** By stream; guarded by this, as what follows. */
  private final Transfer[] current;

  private final long[] held;
  private long bytesPerSecond = Long.MAX_VALUE;
  private String cancelled;

  StripedWatch(StripedSeries stripes, ReceiveObserver observer) {
    this.stripes = stripes;
    this.observer = observer;
    this.current = new Transfer[stripes.series().size()];
    this.held = new long[current.length];
  }

  /** What is told of one stream's attempts. */
  ReceiveObserver ofStream(int stream) {
    return new ReceiveObserver() {
      @Override
      public void begins(Transfer transfer, long heldBytes) {
        attempt(stream, transfer, heldBytes);
      }

      @Override
      public void retries(TransferException why) {
        synchronized (observer) {
          observer.retries(why);
        }
      }
    };
  }

  private synchronized void attempt(int stream, Transfer transfer, long heldBytes) {
    current[stream] = transfer;
    held[stream] = heldBytes;
    transfer.limitRate(each());
    if (cancelled != null) {
      transfer.cancel(cancelled);
    }
  }

  private long each() {
    return bytesPerSecond == Long.MAX_VALUE
        ? bytesPerSecond
        : Math.max(1, bytesPerSecond / current.length);
  }

  void completed(Receipt good) {
    receipt.complete(good);
  }

  void failed(TransferException why) {
    receipt.completeExceptionally(why);
  }

  /** Whoever waits for the receipt waits in vain, unless it has ended. */
  void abandoned() {
    failed(new TransferException(Code.CANCELLED, "the transfer was given up"));
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public synchronized long bytes() {
    long bytes = 0;
    for (int i = 0; i < current.length; i++) {
      bytes += current[i] == null ? 0 : held[i] + current[i].bytes();
    }
    return bytes;
  }

  @Override
  public long totalBytes() {
    return stripes.objectBytes();
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return receipt.copy();
  }

  @Override
  public synchronized void limitRate(long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "rate limit must be 1.." + Long.MAX_VALUE + " bytes per second, not " + limit);
    }
    bytesPerSecond = limit;
    for (Transfer transfer : current) {
      if (transfer != null) {
        transfer.limitRate(each());
      }
    }
  }

  @Override
  public synchronized void cancel(String reason) {
    if (cancelled == null) {
      cancelled = reason;
    }
    for (Transfer transfer : current) {
      if (transfer != null) {
        transfer.cancel(reason);
      }
    }
  }
}
