package dev.outband.transport;

import dev.outband.api.Receipt;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * The receptions that fill one sink beside each other, a stripe of the object in each of several
 * {@linkplain ReceptionSeries series}: each goes on where its stripe stopped, from the same server
 * or from another that has the same content.
 *
 * <p>Start with the series of the first stream. Once one of its receptions is opened {@link
 * #carrying} tells whether the object has stripes; then start the others. The sink has the object
 * when all have their receipts.
 *
 * <p>Owns the sink: {@link #close} drops what it has, unless it has all. Each series is for one
 * thread.
 */
public final class StripedSeries implements AutoCloseable {

  private final Receptions receptions;
  private final Sink sink;
  private Stripes stripes;
  private List<WholeSeries> series;

  StripedSeries(Receptions receptions, Sink sink, int streams) {
    this.receptions = receptions;
    this.sink = sink;
    begin(Stripes.of(sink, streams));
  }

  private void begin(Stripes next) {
    stripes = next;
    series =
        IntStream.range(0, next.streams())
            .mapToObj(stream -> new WholeSeries(receptions::open, new StripeSink(next, stream)))
            .toList();
  }

  /**
   * The series of the streams, in their order.
   *
   * @return as many as there are streams, since the last {@link #startOver}
   */
  public List<ReceptionSeries> series() {
    return List.copyOf(series);
  }

  /**
   * How many streams carry the object.
   *
   * @return completes when a reception of the first stream is opened: with the number of streams,
   *     or with 1 if all of the object comes over the first; dependents must not block
   */
  public CompletionStage<Integer> carrying() {
    return stripes.carrying().minimalCompletionStage();
  }

  /**
   * The length of the object.
   *
   * @return bytes; {@link dev.outband.api.Confirmation#UNKNOWN_LENGTH} as long as it is not known
   */
  public long objectBytes() {
    return stripes.objectBytes();
  }

  /**
   * One receipt for all.
   *
   * @param ofStripes those of the streams that carry the object, in their order
   * @return the bytes of all; the digest is SHA-256 over the hexadecimal digits of theirs
   */
  public static Receipt joined(List<Receipt> ofStripes) {
    return StripedTransfer.joined(ofStripes);
  }

  /**
   * Forgets what the sink holds and begins anew over one stream, what {@link
   * dev.outband.api.Code#CONTENT_CHANGED} calls for. Ends what runs first, and blocks until that is
   * done; nobody else may use the series by then.
   *
   * @throws IllegalStateException if the sink has the object
   */
  public void startOver() {
    for (WholeSeries stripe : series) {
      stripe.end();
    }
    if (stripes.isCommitted()) {
      throw new IllegalStateException("the sink has the object");
    }
    begin(new Stripes(sink, 1, stripes.isOpen()));
  }

  /** Ends what runs and drops the sink, unless it has the object. Blocks until that is done. */
  @Override
  public void close() {
    series.forEach(ReceptionSeries::close);
  }
}
