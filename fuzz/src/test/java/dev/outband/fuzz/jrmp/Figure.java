package dev.outband.fuzz.jrmp;

import java.util.Locale;

/**
 * A number with its limit.
 *
 * @param name what was counted
 * @param value how much it is
 * @param least how much it must be at least
 * @param most how much it may be at most
 */
record Figure(String name, long value, long least, long most) {
  static Figure none(String name, long value) {
    return atMost(name, value, 0);
  }

  static Figure atMost(String name, long value, long most) {
    return new Figure(name, value, Long.MIN_VALUE, most);
  }

  static Figure atLeast(String name, long value, long least) {
    return new Figure(name, value, least, Long.MAX_VALUE);
  }

  boolean isKept() {
    return value >= least && value <= most;
  }

  @Override
  public String toString() {
    String limit = most == Long.MAX_VALUE ? "at least " + least : "at most " + most;
    return String.format(
        Locale.ROOT, "%-48s %10d   %-20s %s", name, value, limit, isKept() ? "ok" : "MISSED");
  }
}
