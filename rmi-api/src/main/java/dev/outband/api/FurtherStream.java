package dev.outband.api;

/**
 * A further stream that a reception stub offers. It has a ticket of its own, which both ends derive
 * from the stub's when an object comes over it, and so one that nobody uses costs no key.
 *
 * @param stream which one, 1 to {@code streams - 1}
 * @param streams how many streams carry the object if several do, 2 to {@value Ticket#MAX_STREAMS}
 * @param offset where in its stripe the transfer starts, 0 or more: the issuer holds what comes
 *     before
 */
public record FurtherStream(int stream, int streams, long offset) {

  /**
   * Checks the bounds, also when it arrives from another process.
   *
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public FurtherStream {
    Checks.between("further streams", streams, 2, Ticket.MAX_STREAMS);
    Checks.between("further stream", stream, 1, streams - 1L);
    Checks.between("further stream's offset", offset, 0, Long.MAX_VALUE);
  }
}
