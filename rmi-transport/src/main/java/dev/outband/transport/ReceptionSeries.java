package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;

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
public interface ReceptionSeries extends AutoCloseable {

  /**
   * How many bytes the sink holds, verified, so that the next reception does not ask for them.
   *
   * @return 0 or more, as of the last {@link #next}, {@link #stop} or {@link #startOver}
   */
  long heldBytes();

  /**
   * Opens the next reception; ends the one before first, as {@link #stop} does.
   *
   * @return a reception that begins where the one before stopped: behind its last verified byte, or
   *     at the start if the length or the content tag of its object was not known
   * @throws TransferException as {@link #stop} or {@link Receptions#open(Sink)}
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if one of the series has its receipt
   */
  Reception next() throws TransferException, InterruptedException;

  /**
   * Forgets what the sink holds: the next reception asks for the whole object. What {@link
   * Code#CONTENT_CHANGED} and {@link Code#NOT_RESUMABLE} call for. Blocks as {@link #stop} does.
   *
   * @throws TransferException as {@link #stop}
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException if one of the series has its receipt
   */
  void startOver() throws TransferException, InterruptedException;

  /**
   * Ends the reception that runs, if there is one. Blocks until it has let go of the sink.
   *
   * @return whether one of the series has its receipt, so that there is no next one
   * @throws TransferException {@link Code#SINK_FAILED} if the sink did not open, or cannot go back
   *     to where the next reception would begin
   * @throws InterruptedException if the thread is interrupted
   */
  boolean stop() throws TransferException, InterruptedException;

  /**
   * Ends the reception that runs and drops the sink, unless there is a receipt. Blocks until that
   * is done. Idempotent.
   */
  @Override
  void close();
}
