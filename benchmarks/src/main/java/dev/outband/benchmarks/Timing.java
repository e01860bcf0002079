package dev.outband.benchmarks;

import java.util.Arrays;

/**
 * What a receiver timed in one round: transfers one after the other.
 *
 * @param durationNs of all of them together
 * @param transfers how many, 1 or more
 * @param bytes of all of them together
 * @param medianNs the middle one's duration
 * @param p99Ns the duration that 99 of 100 stay within; the longest one where there are fewer
 */
record Timing(long durationNs, int transfers, long bytes, long medianNs, long p99Ns) {

  /**
   * Sums up.
   *
   * @param durationsNs of each transfer
   * @param bytes of all of them
   */
  static Timing of(long[] durationsNs, long durationNs, long bytes) {
    long[] sorted = durationsNs.clone();
    Arrays.sort(sorted);
    return new Timing(
        durationNs, sorted.length, bytes, sorted[(sorted.length - 1) / 2], percentile99(sorted));
  }

  private static long percentile99(long[] sorted) {
    return sorted[(int) Math.ceil(sorted.length * 0.99) - 1];
  }

  /** As one line's words, for {@link #parse}. */
  String format() {
    return durationNs + " " + transfers + " " + bytes + " " + medianNs + " " + p99Ns;
  }

  /** Reads what {@link #format} wrote. */
  static Timing parse(String... words) {
    return new Timing(
        Long.parseLong(words[0]),
        Integer.parseInt(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]));
  }
}
