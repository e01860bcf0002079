package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The series of a sink that takes stripes: each reception is for all streams that have no receipt
 * yet, under one stub. A transmitter that knows of no streams, or has a short object, sends it
 * whole.
 */
final class JoinedSeries implements ReceptionSeries {

  private final ReceptionRegistry registry;
  private final Sink sink;
  private final int streams;
  private final List<WholeSeries> series = new ArrayList<>();

  /** By stream; null for those that have none. */
  private final List<Receipt> receipts = new ArrayList<>();

  /** What the series have just allocated. */
  private final List<ActiveReception> allocated = new ArrayList<>();

  private Stripes stripes;
  private List<Integer> running = List.of();

  /** The last; null if there was none. */
  private JoinedReception current;

  JoinedSeries(ReceptionRegistry registry, Sink sink, int streams) {
    this.registry = registry;
    this.sink = sink;
    this.streams = streams;
    begin(false);
  }

  private void begin(boolean open) {
    stripes = Stripes.joined(sink, streams, open);
    series.clear();
    receipts.clear();
    for (int i = 0; i < streams; i++) {
      series.add(ofStream(i));
      receipts.add(null);
    }
    running = List.of();
  }

  private WholeSeries ofStream(int stream) {
    return new WholeSeries(
        part -> {
          ActiveReception reception =
              allocated.isEmpty()
                  ? registry.prepare(part, Long.MAX_VALUE, Protection.AUTHENTICATION)
                  : registry.prepareFurther(allocated.get(0), part);
          allocated.add(reception);
          return reception;
        },
        new StripeSink(stripes, stream));
  }

  @Override
  public long heldBytes() {
    return IntStream.range(0, streams).mapToLong(this::heldBytes).sum();
  }

  private long heldBytes(int stream) {
    Receipt receipt = receipts.get(stream);
    return receipt == null ? series.get(stream).heldBytes() : receipt.bytes();
  }

  @Override
  public Reception next() throws TransferException, InterruptedException {
    requireIncomplete();
    if (stripes.carrying().isDone() && stripes.held().contentTag().isEmpty()) {
      // What it holds cannot be told from another content.
      begin(stripes.isOpen());
    }
    allocated.clear();
    running = incomplete();
    for (int stream : running) {
      if (!series.get(stream).isOpen()) {
        // It may be known by now of which content it is to be.
        series.set(stream, ofStream(stream));
      }
      Reception unused = series.get(stream).next();
    }
    List<Receipt> before = new ArrayList<>(receipts);
    List<Integer> now = running;
    current = new JoinedReception(stripes, allocated, ofParts -> joined(before, now, ofParts));
    current.open(registry);
    return current;
  }

  private List<Integer> incomplete() {
    return IntStream.range(0, stripes.carrying().getNow(streams))
        .filter(stream -> receipts.get(stream) == null)
        .boxed()
        .toList();
  }

  /** One receipt for all stripes, those that came in earlier receptions among them. */
  private static Receipt joined(
      List<Receipt> before, List<Integer> streams, List<Receipt> receipts) {
    if (receipts.size() < streams.size()) {
      return receipts.get(0);
    }
    List<Receipt> all = new ArrayList<>();
    before.forEach(receipt -> all.add(receipt == null ? null : asHeld(receipt)));
    for (int i = 0; i < receipts.size(); i++) {
      all.set(streams.get(i), receipts.get(i));
    }
    return StripedTransfer.joined(all.stream().filter(receipt -> receipt != null).toList());
  }

  private static Receipt asHeld(Receipt earlier) {
    return new Receipt(
        earlier.transferId(),
        earlier.bytes(),
        earlier.bytes(),
        earlier.digest(),
        earlier.duration(),
        earlier.mode(),
        earlier.protection());
  }

  @Override
  public void startOver() throws TransferException, InterruptedException {
    requireIncomplete();
    begin(stripes.isOpen());
  }

  private void requireIncomplete() throws TransferException, InterruptedException {
    if (stop()) {
      throw new IllegalStateException("the series has its receipt");
    }
  }

  @Override
  public boolean stop() throws TransferException, InterruptedException {
    end();
    if (current != null) {
      current.awaitEnd();
    }
    for (int stream : running) {
      // The first is asked before it is known whether there are others.
      if (mayRun(stream) && series.get(stream).stop()) {
        receipts.set(stream, series.get(stream).receipt());
      }
    }
    return stripes.isCommitted();
  }

  /** From now on no further stream comes to be. */
  private void end() {
    if (current != null) {
      current.close();
    }
  }

  private boolean mayRun(int stream) {
    return stream == 0 || stripes.areSeveral();
  }

  @Override
  public void close() {
    end();
    for (int stream = 0; stream < streams; stream++) {
      if (mayRun(stream)) {
        series.get(stream).close();
      }
    }
  }
}
