package dev.outband.transport;

import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.util.ArrayList;
import java.util.List;

/**
 * The receptions of one object that comes over several streams beside each other, a stripe over
 * each. One that fails ends the others; the sink has the object when all have their receipts. Made
 * by {@link Receptions#openStriped}; safe for use by several threads.
 *
 * <p>A transmitter may send an object whole over the first stream; then the others end unused.
 */
public final class StripedReception implements AutoCloseable {

  private final List<Reception> receptions;
  private final StripedTransfer transfer;

  private StripedReception(List<Reception> receptions, Stripes stripes) {
    this.receptions = List.copyOf(receptions);
    this.transfer =
        new StripedTransfer(
            receptions.stream().map(Reception::transfer).toList(),
            () -> stripes.carrying().getNow(stripes.streams()));
  }

  static StripedReception open(Receptions by, Sink sink, long byteLimit, int streams)
      throws TransferException {
    Stripes stripes = Stripes.of(sink, streams);
    List<Reception> opened = new ArrayList<>();
    boolean complete = false;
    try {
      for (int i = 0; i < streams; i++) {
        opened.add(by.open(new StripeSink(stripes, i), byteLimit));
      }
      complete = true;
      return new StripedReception(opened, stripes);
    } finally {
      if (!complete) {
        opened.forEach(Reception::close);
      }
    }
  }

  /**
   * What to return from a call, for {@link Transmitter#start(Source, List, long)}.
   *
   * @return a stub for each stream, in their order
   */
  public List<ReceptionStub> stubs() {
    return receptions.stream().map(Reception::stub).toList();
  }

  /**
   * The streams together as one transfer, to watch or to cancel it.
   *
   * @return the same at every call
   */
  public Transfer transfer() {
    return transfer;
  }

  /** Gives up what has not ended; the sink is discarded. Idempotent. */
  @Override
  public void close() {
    receptions.forEach(Reception::close);
  }
}
