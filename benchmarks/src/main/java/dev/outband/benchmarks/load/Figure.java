package dev.outband.benchmarks.load;

import java.util.Locale;

/**
 * A number with the limit that it is held against.
 *
 * @param name what was measured
 * @param value how much it is
 * @param unit of value and limit
 * @param limit what was asked
 * @param least whether the value must be the limit at least, or at most
 */
public record Figure(String name, double value, String unit, double limit, boolean least) {

  /**
   * One that must not be less.
   *
   * @return the figure
   */
  public static Figure atLeast(String name, double value, String unit, double limit) {
    return new Figure(name, value, unit, limit, true);
  }

  /**
   * One that must not be more.
   *
   * @return the figure
   */
  public static Figure atMost(String name, double value, String unit, double limit) {
    return new Figure(name, value, unit, limit, false);
  }

  /**
   * Whether the limit is kept.
   *
   * @return true if so
   */
  public boolean kept() {
    return least ? value >= limit : value <= limit;
  }

  /** One line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "figure=\"%s\", value=%.3f, unit=\"%s\", limit=\"%s %s\", verdict=%s",
        name,
        value,
        unit,
        least ? "at least" : "at most",
        limit == Math.rint(limit)
            ? Long.toString((long) limit)
            : String.format(Locale.ROOT, "%s", limit),
        kept() ? "kept" : "MISSED");
  }
}
