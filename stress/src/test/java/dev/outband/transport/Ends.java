package dev.outband.transport;

import dev.outband.api.TransferException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** How transfers end over sockets, waited for as long as no deadline of theirs allows. */
final class Ends {

  private static final int SECONDS = 20;
  private static final int STEPS = 64;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Ends() {}

  /** The number of a sample. */
  static int number() {
    return NUMBER.getAndIncrement();
  }

  /**
   * Waits without giving up the processor: not at all, or up to {@value #STEPS} steps, as the
   * sample says. So that each moment of a transfer has its turn.
   */
  static void pause(int sample, long stepNs) {
    long untilNs = System.nanoTime() + sample % STEPS * stepNs;
    while (System.nanoTime() - untilNs < 0) {
      Thread.onSpinWait();
    }
  }

  /** Sends {@link Waiting#BYTES} and tells how that ended, as {@link #of}. */
  static String send(DataPlane from, DataPlane to, Reception reception) {
    try {
      return of(
          from.launch(
              reception.stub().ticket(),
              Source.bytes(Waiting.BYTES),
              List.of(
                  new ActiveTransmission.Candidate(
                      reception.stub().endpoints().get(0), to.address())),
              Long.MAX_VALUE,
              false));
    } catch (TransferException e) {
      return e.code().toString();
    }
  }

  /** {@code good} with a receipt, the code of a failure, or {@code left} if it does not end. */
  static String of(Transfer transfer) {
    try {
      transfer.receipt().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      return "good";
    } catch (ExecutionException e) {
      return e.getCause() instanceof TransferException why
          ? why.code().toString()
          : e.getCause().toString();
    } catch (TimeoutException e) {
      return "left";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts an actor", e);
    }
  }
}
