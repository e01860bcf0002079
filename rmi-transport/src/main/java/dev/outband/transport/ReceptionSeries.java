package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receptions that fill one sink, one after the other, until one of them has its receipt: each
 * goes on behind what the ones before have verified, from the same server or from another.
 *
 * <pre>{@code
 * try (ReceptionSeries series = receptions.series(sink)) {
 *   while (true) {
 *     Reception reception = series.next();
 *     try {
 *       return reception.await(archive.fetch("big.iso", reception.stub()));
 *     } catch (TransferException e) {
 *       ... // whether to go on, and with startOver() where the content has changed
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Each reception has a ticket, an id and a receipt of its own. Its stub says how many bytes of
 * which content the sink holds; a transmitter that has another content is refused before a byte is
 * sent, so the sink never gets parts of two. What the sink holds is not read again.
 *
 * <p>The series owns the sink: {@link #close} drops what it has, unless there is a receipt. For use
 * by one thread; its receptions and their transfers are for several.
 */
public final class ReceptionSeries implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReceptionSeries.class);

  private final Receptions receptions;
  private final Sink sink;
  private Held held;
  private boolean open;
  private KeptSink kept;
  private Reception current;

  ReceptionSeries(Receptions receptions, Sink sink) {
    this.receptions = receptions;
    this.sink = sink;
    this.held = sink.held();
  }

  /**
   * How many bytes the sink holds, verified, so that the next reception does not ask for them.
   *
   * @return 0 or more, as of the last {@link #next}, {@link #stop} or {@link #startOver}
   */
  public long heldBytes() {
    return held.bytes();
  }

  /**
   * Opens the next reception; ends the one before first, as {@link #stop} does.
   *
   * @return a reception that begins where the one before stopped: behind its last verified byte, or
   *     at the start if the length or the content tag of its object was not known
   * @throws TransferException as {@link #stop} or {@link Receptions#open(Sink)}
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if one of the series has its receipt
   */
  public Reception next() throws TransferException, InterruptedException {
    requireIncomplete();
    if (kept == null) {
      held = sink.held();
    }
    KeptSink next = new KeptSink(sink, held, open);
    current = receptions.open(next);
    kept = next;
    return current;
  }

  /**
   * Forgets what the sink holds: the next reception asks for the whole object. What {@link
   * Code#CONTENT_CHANGED} and {@link Code#NOT_RESUMABLE} call for. Blocks as {@link #stop} does.
   *
   * @throws TransferException as {@link #stop}
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if one of the series has its receipt
   */
  public void startOver() throws TransferException, InterruptedException {
    requireIncomplete();
    stand(new KeptSink(sink, held, open), 0);
    held = Held.NOTHING;
  }

  private void requireIncomplete() throws TransferException, InterruptedException {
    if (stop()) {
      throw new IllegalStateException("the series has its receipt");
    }
  }

  /**
   * Ends the reception that runs, if there is one. Blocks until it has let go of the sink.
   *
   * @return whether one of the series has its receipt, so that there is no next one
   * @throws TransferException {@link Code#SINK_FAILED} if the sink did not open, or cannot go back
   *     to where the next reception would begin
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean stop() throws TransferException, InterruptedException {
    if (current == null) {
      return false;
    }
    current.close();
    if (endsWithReceipt()) {
      return true;
    }
    if (kept.hasRefused()) {
      throw new TransferException(Code.SINK_FAILED, "the sink did not open");
    }
    Held reached = kept.reached(current.transfer().bytes());
    stand(kept, reached.bytes());
    open = kept.isOpen();
    held = reached;
    current = null;
    return false;
  }

  private static void stand(KeptSink kept, long bytes) throws TransferException {
    boolean stands;
    try {
      stands = kept.standsAt(bytes);
    } catch (IOException e) {
      throw Failures.ofSink(e);
    }
    if (!stands) {
      throw new TransferException(
          Code.SINK_FAILED, "the sink cannot go back to where it goes on, offset=" + bytes);
    }
  }

  private CompletableFuture<Boolean> hasReceipt() {
    return current
        .transfer()
        .receipt()
        .toCompletableFuture()
        .handle((receipt, failure) -> receipt != null);
  }

  /** Ends the reception that runs, if there is one, and tells whether one has its receipt. */
  boolean end() {
    if (current == null) {
      return false;
    }
    current.close();
    return hasReceipt().join();
  }

  private boolean endsWithReceipt() throws InterruptedException {
    try {
      return hasReceipt().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failure that was handled", e);
    }
  }

  /**
   * Ends the reception that runs and drops the sink, unless there is a receipt. Blocks until that
   * is done. Idempotent.
   */
  @Override
  public void close() {
    if (end()) {
      return;
    }
    try {
      sink.drop();
    } catch (IOException e) {
      LOG.warn("a sink could not be cleaned up, reason={}", e.toString());
    }
  }
}
