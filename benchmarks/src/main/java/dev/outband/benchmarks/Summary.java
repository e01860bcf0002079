package dev.outband.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The median of some figures and their range.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param min the least
 * @param max the greatest
 */
record Summary(double median, double min, double max) {

  /**
   * Sums up one figure of some rounds.
   *
   * @param rounds one or more
   */
  static Summary of(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return of(rounds.stream().mapToDouble(figure).toArray());
  }

  /**
   * Sums up.
   *
   * @param figures one or more
   */
  static Summary of(double... figures) {
    if (figures.length == 0) {
      throw new IllegalArgumentException("figures must be 1 or more, not 0");
    }
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The same figures in another unit. */
  Summary dividedBy(double unit) {
    return new Summary(median / unit, min / unit, max / unit);
  }
}
