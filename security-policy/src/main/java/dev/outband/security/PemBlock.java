package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** One block of a PEM file, RFC 7468. */
final class PemBlock {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");

  private final String label;
  private final int line;
  private final byte[] der;

  private PemBlock(String label, int line, byte[] der) {
    this.label = label;
    this.line = line;
    this.der = der;
  }

  /** What it says it is. */
  String label() {
    return label;
  }

  /** Its bytes; the reader's to wipe. */
  byte[] der() {
    return der;
  }

  /** In which line of its file it begins, from 1 on. */
  int line() {
    return line;
  }

  /**
   * All blocks of the text, in order; text between blocks is skipped, as the RFC has it.
   *
   * @param file where the text comes from
   * @throws IdentityException with one line that says where and why, if there is no block or one is
   *     cut short or damaged
   */
  static List<PemBlock> parse(Path file, String text) throws IdentityException {
    List<PemBlock> blocks = new ArrayList<>();
    List<String> lines = text.lines().map(String::strip).toList();
    for (int at = 0; at < lines.size(); at++) {
      String label = opened(lines.get(at));
      if (label != null) {
        int from = at + 1;
        at = end(file, lines, from, label);
        blocks.add(new PemBlock(label, from, decoded(file, label, lines.subList(from, at), from)));
      }
    }
    if (blocks.isEmpty()) {
      throw malformed(file + ": no PEM block in it, lines=" + lines.size(), null);
    }
    return blocks;
  }

  /**
   * The index of the line that ends a block.
   *
   * @param from the index of its first line of base64, and the number of the one before
   */
  private static int end(Path file, List<String> lines, int from, String label)
      throws IdentityException {
    String end = END + label + DASHES;
    for (int at = from; at < lines.size(); at++) {
      if (lines.get(at).equals(end)) {
        return at;
      }
    }
    throw malformed(file + ":" + from + ": cut short: no end of " + Text.quoted(label), null);
  }

  private static String opened(String line) {
    boolean opens =
        line.startsWith(BEGIN)
            && line.endsWith(DASHES)
            && line.length() > BEGIN.length() + DASHES.length();
    return opens ? line.substring(BEGIN.length(), line.length() - DASHES.length()) : null;
  }

  private static byte[] decoded(Path file, String label, List<String> body, int before)
      throws IdentityException {
    try {
      return Base64.getDecoder().decode(String.join("", body));
    } catch (IllegalArgumentException e) {
      int line = before;
      for (int i = 0; i < body.size() && line == before; i++) {
        line += BASE64.matcher(body.get(i)).matches() ? 0 : i + 1;
      }
      throw malformed(file + ":" + line + ": damaged: " + Text.quoted(label) + " is not base64", e);
    }
  }

  private static IdentityException malformed(String message, Throwable cause) {
    return new IdentityException(Reason.MALFORMED, message, cause);
  }
}
