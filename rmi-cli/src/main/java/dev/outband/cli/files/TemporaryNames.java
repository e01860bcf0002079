package dev.outband.cli.files;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names of files that are not complete: {@code .NAME.outband-XXXX}. They are never listed and never
 * served.
 */
final class TemporaryNames {

  /** Keeps the whole name under the usual 255 bytes whatever the characters are. */
  private static final int MAX_KEPT_CHARS = 50;

  private static final int RANDOM_BYTES = 8;
  private static final Pattern TEMPORARY = Pattern.compile("\\..*\\.outband-[^/]*", Pattern.DOTALL);
  private static final SecureRandom RANDOM = new SecureRandom();

  private TemporaryNames() {}

  static Path of(Path name) {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    String kept = name.toString();
    if (kept.length() > MAX_KEPT_CHARS) {
      kept =
          kept.substring(
              0,
              kept.offsetByCodePoints(
                  0, Math.min(MAX_KEPT_CHARS, kept.codePointCount(0, kept.length()))));
    }
    return Path.of("." + kept + ".outband-" + HexFormat.of().formatHex(random));
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }
}
