package dev.outband.testkit;

/** How a connection is cut. */
public enum CutBy {
  /** As by a process that ends in good order: both ends read the end of the stream. */
  FIN,
  /**
   * As by a host that forgot the connection: both ends get a reset, and bytes on the way may be
   * lost.
   */
  RST
}
