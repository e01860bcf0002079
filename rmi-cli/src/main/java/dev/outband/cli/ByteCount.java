package dev.outband.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people write and read them: {@code 64MiB}, {@code 1.5 GiB}. */
final class ByteCount {

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,19})\\s*(B|KiB|MiB|GiB|TiB)?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "BKMGT";
  private static final int BITS_PER_UNIT = 10;

  private ByteCount() {}

  /**
   * Reads a size.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a size is a number and B, KiB, MiB, GiB or TiB, not " + text);
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
    try {
      return Math.multiplyExact(
          Long.parseLong(matcher.group(1)), 1L << (BITS_PER_UNIT * UNITS.indexOf(unit.charAt(0))));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "a size must be at most " + Long.MAX_VALUE + " bytes, not " + text, e);
    }
  }

  /** Shows a size in the largest unit in which it is at least 1. */
  static String show(long bytes) {
    int unit = 0;
    while (unit < UNITS.length() - 1 && bytes >= 1L << (BITS_PER_UNIT * (unit + 1))) {
      unit++;
    }
    if (unit == 0) {
      return bytes + " B";
    }
    long unitBytes = 1L << (BITS_PER_UNIT * unit);
    String number =
        bytes % unitBytes == 0
            ? Long.toString(bytes / unitBytes)
            : String.format(Locale.ROOT, "%.1f", bytes / (double) unitBytes);
    return number + " " + UNITS.charAt(unit) + "iB";
  }

  /** Shows a rate in decimal megabytes, as networks are rated. */
  static String showRate(double bytesPerSecond) {
    return String.format(Locale.ROOT, "%,.0f MB/s", bytesPerSecond / 1e6);
  }

  /** Reads an argument of the command line. */
  static final class Converter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
