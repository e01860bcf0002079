package dev.outband.security;

/** Makes text from outside fit for one log line. */
final class Text {
  private static final int LIMIT = 80;

  private Text() {}

  /** The text in quotes, cut at 80 characters, with everything but printable ASCII as {@code ?}. */
  static String quoted(String text) {
    String cut = text.length() > LIMIT ? text.substring(0, LIMIT) + "..." : text;
    return '"' + printable(cut) + '"';
  }

  /** The text with everything but printable ASCII as {@code ?}. */
  static String printable(String text) {
    return text.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
