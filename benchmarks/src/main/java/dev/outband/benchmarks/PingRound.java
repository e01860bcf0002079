package dev.outband.benchmarks;

/**
 * A confirmed transfer beside an empty call over the same secured control port, in turns.
 *
 * @param contender whose
 * @param jdk the version that ran both ends
 * @param number 1 and up
 * @param pingNs the median call
 * @param transferNs the median transfer, until its receipt
 */
record PingRound(String contender, String jdk, int number, long pingNs, long transferNs) {

  /** The length of the file that is transferred, over a data connection. */
  static final ByteSize SIZE = new ByteSize((64 << 10) + 1);

  /** How many times as long the transfer takes. */
  double ratio() {
    return transferNs / (double) pingNs;
  }
}
