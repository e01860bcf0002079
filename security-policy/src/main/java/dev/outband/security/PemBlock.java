package dev.outband.security;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** One block of a PEM file, RFC 7468. */
final class PemBlock {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private final String label;
  private final byte[] der;

  private PemBlock(String label, byte[] der) {
    this.label = label;
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

  /**
   * All blocks of the text, in order; text between blocks is skipped, as the RFC has it.
   *
   * @throws IllegalArgumentException with one line that says why, if there is no block or one is
   *     cut short or damaged
   */
  static List<PemBlock> parse(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    String label = null;
    StringBuilder body = new StringBuilder();
    for (String line : text.lines().map(String::strip).toList()) {
      if (label == null) {
        label = opened(line);
      } else if (line.equals(END + label + DASHES)) {
        blocks.add(new PemBlock(label, decoded(label, body)));
        body.setLength(0);
        label = null;
      } else {
        body.append(line);
      }
    }
    if (label != null) {
      throw new IllegalArgumentException("cut short: no end of " + Text.quoted(label));
    }
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("no PEM block in it");
    }
    return blocks;
  }

  private static String opened(String line) {
    boolean opens =
        line.startsWith(BEGIN)
            && line.endsWith(DASHES)
            && line.length() > BEGIN.length() + DASHES.length();
    return opens ? line.substring(BEGIN.length(), line.length() - DASHES.length()) : null;
  }

  private static byte[] decoded(String label, CharSequence body) {
    try {
      return Base64.getDecoder().decode(body.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("damaged: " + Text.quoted(label) + " is not base64", e);
    }
  }
}
