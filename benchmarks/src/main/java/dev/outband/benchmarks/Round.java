package dev.outband.benchmarks;

/**
 * What one measured round of one contender came to.
 *
 * @param setting what was run
 * @param number 1 and up
 * @param timing of the transfers
 * @param firstByteNs from a request to the first byte at the receiving application, in a transfer
 *     of its own
 * @param sender the sending process: CPU time in this round, peaks since the size's first round
 * @param receiver the receiving process, likewise
 */
record Round(
    Setting setting, int number, Timing timing, long firstByteNs, Usage sender, Usage receiver) {

  /**
   * What was run.
   *
   * @param contender its name
   * @param jdk the version that ran both ends
   * @param size the file's length
   */
  record Setting(String contender, String jdk, ByteSize size) {}

  /** How long each of the transfers was: less than the size for a contender that is spared. */
  long transferBytes() {
    return timing.bytes() / timing.transfers();
  }

  /** 10^9 bytes a second. */
  double gigabytesPerSecond() {
    return timing.bytes() / (double) timing.durationNs();
  }

  /** A process's CPU seconds for each GiB of this round. */
  double cpuSecondsPerGib(Usage end) {
    return end.cpuNs() / 1e9 / (timing.bytes() / (double) (1L << 30));
  }

  /** Both processes' CPU seconds for each GiB of this round. */
  double cpuSecondsPerGib() {
    return cpuSecondsPerGib(sender) + cpuSecondsPerGib(receiver);
  }
}
