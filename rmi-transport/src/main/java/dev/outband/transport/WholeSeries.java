package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The series of a sink that takes its object whole, or one stripe of it. */
final class WholeSeries implements ReceptionSeries {

  private static final Logger LOG = LoggerFactory.getLogger(WholeSeries.class);

  private final Opener opener;
  private final Sink sink;
  private Held held;
  private boolean open;
  private KeptSink kept;
  private Reception current;

  /** Allocates a reception. */
  @FunctionalInterface
  interface Opener {
    Reception open(Sink sink) throws TransferException;
  }

  WholeSeries(Opener opener, Sink sink) {
    this.opener = opener;
    this.sink = sink;
    this.held = sink.held();
  }

  @Override
  public long heldBytes() {
    return held.bytes();
  }

  @Override
  public Reception next() throws TransferException, InterruptedException {
    requireIncomplete();
    if (kept == null) {
      held = sink.held();
    }
    KeptSink next = new KeptSink(sink, held, open);
    current = opener.open(next);
    kept = next;
    return current;
  }

  @Override
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

  @Override
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

  /** Whether one of its receptions has opened the sink. To be asked after {@link #stop}. */
  boolean isOpen() {
    return open;
  }

  /** The receipt. To be asked after {@link #stop} has said that there is one. */
  Receipt receipt() {
    return current.transfer().receipt().toCompletableFuture().join();
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
