package dev.outband.api;

import java.util.function.IntPredicate;

/** Bounds checks whose message names the thing, the limit and the value. */
final class Checks {

  private Checks() {}

  static long between(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + ".." + most + ", not " + value);
    }
    return value;
  }

  static String hex(String name, String value, int bytes) {
    if (value.length() != 2 * bytes
        || !all(value, c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
      throw new IllegalArgumentException(
          name
              + " must be "
              + 2 * bytes
              + " lower-case hexadecimal digits, not "
              + value.length()
              + " characters");
    }
    return value;
  }

  /** Empty, or printable ASCII without a space. */
  static String contentTag(String name, String value) {
    between(name + " length", value.length(), 0, Confirmation.MAX_CONTENT_TAG_CHARS);
    if (!all(value, c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(name + " must be printable ASCII without a space");
    }
    return value;
  }

  /** A loop: a stream of characters costs more than all else that is checked of a short object. */
  static boolean all(String value, IntPredicate admitted) {
    for (int i = 0; i < value.length(); i++) {
      if (!admitted.test(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Replaces control characters, so that text from outside cannot break or forge a log line, and
   * bounds its length.
   */
  static String printable(String text, int maxChars) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), maxChars));
    text.codePoints()
        .limit(maxChars)
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }
}
