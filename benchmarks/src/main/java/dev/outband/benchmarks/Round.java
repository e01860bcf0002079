package dev.outband.benchmarks;

/**
 * What one measured round of one contender came to.
 *
 * @param setting what was run
 * @param number 1 and up
 * @param durationNs from the receiver's first request until its last byte was disposed of
 * @param sender the sending process: CPU time in this round, peak resident set since its start
 * @param receiver the receiving process, likewise
 */
record Round(Setting setting, int number, long durationNs, Usage sender, Usage receiver) {

  /**
   * What was run.
   *
   * @param contender its name
   * @param jdk the version that ran both ends
   * @param size the file's length
   * @param fetches how often it was fetched in the round, one after the other
   */
  record Setting(String contender, String jdk, ByteSize size, int fetches) {}

  long bytes() {
    return setting.size().bytes() * setting.fetches();
  }

  /** 10^9 bytes a second. */
  double gigabytesPerSecond() {
    return bytes() / (double) durationNs;
  }

  /** A process's CPU seconds for each GiB of this round. */
  double cpuSecondsPerGib(Usage end) {
    return end.cpuNs() / 1e9 / (bytes() / (double) (1L << 30));
  }
}
