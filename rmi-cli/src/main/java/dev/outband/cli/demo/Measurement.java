package dev.outband.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One row of the demonstration's table.
 *
 * @param what what was measured
 * @param bytes how many bytes were moved, 1 or more
 * @param time how long it took, from the call until the bytes were forced to disk
 * @param heapPeakBytes the most heap that the receiver used
 */
public record Measurement(String what, long bytes, Duration time, long heapPeakBytes) {

  private static final String ROW = "%-28s %9s %13s %14s %8s";
  private static final double NANOS_PER_SECOND = 1e9;

  /** Checks that nothing is missing. */
  public Measurement {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(time, "time");
  }

  /**
   * The mean rate.
   *
   * @return bytes per second
   */
  public double bytesPerSecond() {
    return bytes * NANOS_PER_SECOND / Math.max(1, time.toNanos());
  }

  /**
   * Shows measurements as a table; the ratio is that of a rate to the last one's.
   *
   * @param measurements 1 or more; the last is what the others are compared with
   * @return a line each, and one above them
   */
  public static List<String> table(List<Measurement> measurements) {
    double peer = measurements.get(measurements.size() - 1).bytesPerSecond();
    List<String> lines = new java.util.ArrayList<>();
    lines.add(String.format(ROW, "", "time", "rate", "receiver heap", "ratio"));
    for (Measurement measurement : measurements) {
      lines.add(measurement.row(peer));
    }
    return lines;
  }

  private String row(double peer) {
    return String.format(
        Locale.ROOT,
        ROW,
        what,
        String.format(Locale.ROOT, "%.2f s", time.toNanos() / NANOS_PER_SECOND),
        String.format(Locale.ROOT, "%,.0f MB/s", bytesPerSecond() / 1e6),
        String.format(Locale.ROOT, "%,d MiB", heapPeakBytes >> 20),
        String.format(Locale.ROOT, "%.2f", bytesPerSecond() / peer));
  }
}
