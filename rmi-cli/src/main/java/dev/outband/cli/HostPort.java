package dev.outband.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT}, an IPv6 address in brackets.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535
 */
record HostPort(String host, int port) {

  private static final int MAX_PORT = 65_535;

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.indexOf(']') > colon) {
      throw new IllegalArgumentException("no port in " + text + ", write HOST:PORT");
    }
    String host = host(text.substring(0, colon), text);
    String digits = text.substring(colon + 1);
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("port must be 0.." + MAX_PORT + ", not " + shown(digits));
    }
    return new HostPort(host, Integer.parseInt(digits));
  }

  HostPort {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 0.." + MAX_PORT + ", not " + port);
    }
  }

  private static String host(String text, String all) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String address = text.substring(1, text.length() - 1);
      if (address.indexOf(':') < 0
          || !address.chars().allMatch(c -> isHostCharacter(c) || c == ':' || c == '%')) {
        throw new IllegalArgumentException("not an IPv6 address: " + shown(text));
      }
      return address;
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no host in " + all + ", write HOST:PORT");
    }
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address goes in brackets: [" + text + "]");
    }
    if (!text.chars().allMatch(HostPort::isHostCharacter)) {
      throw new IllegalArgumentException("not a host name or address: " + text);
    }
    return text;
  }

  private static boolean isHostCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_';
  }

  private static String shown(String text) {
    return text.isEmpty() ? "empty" : text;
  }

  /** The same host with the port that was picked. */
  HostPort withPort(InetSocketAddress bound) {
    return new HostPort(host, bound.getPort());
  }

  /** Returns {@code HOST:PORT}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** Reads an argument of the command line. */
  static final class Converter implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
