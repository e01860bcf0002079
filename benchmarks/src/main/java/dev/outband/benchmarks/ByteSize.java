package dev.outband.benchmarks;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length as people write it: {@code 64KiB}, {@code 1GiB}, {@code 1000}.
 *
 * @param bytes 1 to 1 TiB
 */
record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,13})(B|KiB|MiB|GiB)?");
  private static final long MAX_BYTES = 1L << 40;

  ByteSize {
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException("size must be 1.." + MAX_BYTES + " bytes, not " + bytes);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is no size, or one out of bounds
   */
  static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size must be a number with B, KiB, MiB or GiB, not " + text);
    }
    return new ByteSize(
        Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift(matcher.group(2))));
  }

  private static int shift(String unit) {
    return switch (unit == null ? "B" : unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
  }

  /** The shortest exact form with a unit. */
  @Override
  public String toString() {
    int shift = Math.min(30, Long.numberOfTrailingZeros(bytes) / 10 * 10);
    String unit =
        switch (shift) {
          case 30 -> "GiB";
          case 20 -> "MiB";
          case 10 -> "KiB";
          default -> "B";
        };
    return String.format(Locale.ROOT, "%d%s", bytes >> shift, unit);
  }
}
