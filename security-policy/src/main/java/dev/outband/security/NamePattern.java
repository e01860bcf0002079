package dev.outband.security;

import java.util.regex.Pattern;

/**
 * A name in which each {@code *} stands for any characters, none included.
 *
 * @param text 1 to 192 letters, digits and {@code . _ - / : *}
 */
record NamePattern(String text) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._/:*-]{1,192}");
  private static final char ANY = '*';

  NamePattern {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a pattern must be 1..192 letters, digits and . _ - / : *, not " + Text.quoted(text));
    }
  }

  /** Takes time in proportion to the product of the two lengths, whatever they say. */
  boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < text.length() && text.charAt(p) == ANY) {
        star = p++;
        resume = n;
      } else if (p < text.length() && text.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    return text.substring(p).chars().allMatch(c -> c == ANY);
  }

  /** Whether every name that the other one matches is matched by this one; may miss some. */
  boolean covers(NamePattern other) {
    return matches(other.text);
  }

  /** Whether some name is matched by both. */
  boolean overlaps(NamePattern other) {
    if (!beginsAsMayBegin(other)) {
      return false;
    }
    boolean[][] reachable = new boolean[text.length() + 1][other.text.length() + 1];
    for (int i = text.length(); i >= 0; i--) {
      for (int j = other.text.length(); j >= 0; j--) {
        reachable[i][j] = overlaps(other, i, j, reachable);
      }
    }
    return reachable[0][0];
  }

  /** Whether they are equal up to the first character that may be any: most are not. */
  private boolean beginsAsMayBegin(NamePattern other) {
    int length = Math.min(text.length(), other.text.length());
    for (int i = 0; i < length; i++) {
      char ours = text.charAt(i);
      char theirs = other.text.charAt(i);
      if (ours == ANY || theirs == ANY) {
        return true;
      }
      if (ours != theirs) {
        return false;
      }
    }
    return true;
  }

  private boolean overlaps(NamePattern other, int i, int j, boolean[][] known) {
    boolean iEnds = i == text.length();
    boolean jEnds = j == other.text.length();
    if (iEnds && jEnds) {
      return true;
    }
    boolean iAny = !iEnds && text.charAt(i) == ANY;
    boolean jAny = !jEnds && other.text.charAt(j) == ANY;
    if (iAny && (known[i + 1][j] || (!jEnds && known[i][j + 1]))) {
      return true;
    }
    if (jAny && (known[i][j + 1] || (!iEnds && known[i + 1][j]))) {
      return true;
    }
    return !iEnds
        && !jEnds
        && !iAny
        && !jAny
        && text.charAt(i) == other.text.charAt(j)
        && known[i + 1][j + 1];
  }

  @Override
  public String toString() {
    return text;
  }
}
