package dev.outband.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code outband://HOST:PORT/PATH}. Characters of the path may be percent-encoded UTF-8; {@code ?}
 * and {@code #} must be.
 *
 * @param server where the control port is
 * @param path the decoded path without the slash before it; empty for the root
 */
record OutbandUrl(HostPort server, String path) {

  private static final String SCHEME = "outband://";

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static OutbandUrl parse(String text) {
    if (!text.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw malformed(text, "it does not start with " + SCHEME);
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (authority.indexOf('@') >= 0) {
      // Not shown: what stands before the @ may be a password.
      throw new IllegalArgumentException(
          "malformed URL: a user name in it has no meaning, the identity says who asks");
    }
    try {
      HostPort server = HostPort.parse(authority);
      if (server.port() == 0) {
        throw new IllegalArgumentException("port must be 1..65535, not 0");
      }
      return new OutbandUrl(server, slash < 0 ? "" : decoded(rest.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw malformed(text, e.getMessage());
    }
  }

  private static String decoded(String path) {
    byte[] in = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '?' || in[i] == '#') {
        throw new IllegalArgumentException(
            "write " + (in[i] == '?' ? "? as %3F" : "# as %23") + " in a path");
      }
      if (in[i] == '%') {
        out.put(octet(path, in, i));
        i += 2;
      } else {
        out.put(in[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("its percent-encoded bytes are not UTF-8", e);
    }
  }

  private static byte octet(String path, byte[] in, int at) {
    int high = at + 2 < in.length ? Character.digit(in[at + 1], 16) : -1;
    int low = at + 2 < in.length ? Character.digit(in[at + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException("% must be followed by two hexadecimal digits in " + path);
    }
    int octet = high << 4 | low;
    if (octet == '/') {
      throw new IllegalArgumentException("no file's name has a slash, so %2F means nothing");
    }
    return (byte) octet;
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException("malformed URL " + text + ": " + why);
  }

  /** Reads an argument of the command line. */
  static final class Converter implements ITypeConverter<OutbandUrl> {
    @Override
    public OutbandUrl convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
