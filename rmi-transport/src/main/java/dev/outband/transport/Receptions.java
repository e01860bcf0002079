package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.TransferException;

/** Where a process allocates its receptions. Safe for use by several threads. */
public interface Receptions {

  /**
   * Allocates a reception for an object of any length.
   *
   * @param sink where the bytes go; owned by the reception from now on
   * @return the reception, waiting for its data connection
   * @throws TransferException if the process has no room for one more, or shuts down
   */
  default Reception open(Sink sink) throws TransferException {
    return open(sink, Long.MAX_VALUE);
  }

  /**
   * Lets one sink be filled by several receptions, one after the other, until one has its receipt.
   *
   * @param sink where the bytes go; owned by the series from now on
   * @return the series, to be closed by the caller
   */
  default ReceptionSeries series(Sink sink) {
    return new WholeSeries(this::open, sink);
  }

  /**
   * Lets one sink be filled by several receptions beside each other, a stripe of the object by
   * each, from one server or from several that have the same content.
   *
   * @param sink a file, or {@link Sink#discard}; owned by the series from now on
   * @param streams how many, 1 to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @return the series, to be closed by the caller
   * @throws IllegalArgumentException if the sink takes bytes in their order only, or the number is
   *     out of its bounds
   */
  default StripedSeries striped(Sink sink, int streams) {
    return new StripedSeries(this, sink, streams);
  }

  /**
   * Allocates a reception for each of several streams that carry one object beside each other, a
   * stripe of it each.
   *
   * @param sink a file, or {@link Sink#discard}; owned by the receptions from now on
   * @param byteLimit the most bytes that the object may have, 0 or more
   * @param streams how many, 1 to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @return the receptions, waiting for their data connections
   * @throws TransferException if the process has no room for so many more, or shuts down
   * @throws IllegalArgumentException if the sink takes bytes in their order only, or the number is
   *     out of its bounds
   */
  default StripedReception openStriped(Sink sink, long byteLimit, int streams)
      throws TransferException {
    return StripedReception.open(this, sink, byteLimit, streams);
  }

  /**
   * Allocates a reception of limited length, protected as the process's floor asks.
   *
   * @param sink where the bytes go; owned by the reception from now on
   * @param byteLimit the most bytes that it takes, 0 or more
   * @return the reception, waiting for its data connection
   * @throws TransferException if the process has no room for one more, or shuts down
   */
  default Reception open(Sink sink, long byteLimit) throws TransferException {
    return open(sink, byteLimit, Protection.AUTHENTICATION);
  }

  /**
   * Allocates a reception.
   *
   * @param sink where the bytes go; owned by the reception from now on
   * @param byteLimit the most bytes that it takes, 0 or more; a transmitter that announces or sends
   *     more is cut off
   * @param floor the least protection to take the bytes with; a higher floor of the process counts
   * @return the reception, waiting for its data connection
   * @throws TransferException if the process has no room for one more, or shuts down
   */
  Reception open(Sink sink, long byteLimit, Protection floor) throws TransferException;
}
