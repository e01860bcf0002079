package dev.outband.benchmarks;

import java.util.Locale;

/** Figures for readers: three significant digits and a unit that fits. */
final class Units {
  private static final double NS_PER_US = 1e3;
  private static final double NS_PER_MS = 1e6;
  private static final double NS_PER_S = 1e9;

  private Units() {}

  /** A time. */
  static String time(double ns) {
    if (ns < NS_PER_MS) {
      return significant(ns / NS_PER_US) + " us";
    }
    return ns < NS_PER_S ? significant(ns / NS_PER_MS) + " ms" : significant(ns / NS_PER_S) + " s";
  }

  /** A rate. */
  static String rate(double gigabytesPerSecond) {
    if (gigabytesPerSecond >= 1) {
      return significant(gigabytesPerSecond) + " GB/s";
    }
    double megabytes = gigabytesPerSecond * 1e3;
    return megabytes >= 1
        ? significant(megabytes) + " MB/s"
        : significant(megabytes * 1e3) + " kB/s";
  }

  /** Three digits, or all that stand before the point. */
  static String significant(double figure) {
    double size = Math.abs(figure);
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + decimals + "f", figure);
  }
}
