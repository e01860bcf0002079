package dev.outband.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** The addresses that begin with the same bits, written as {@code ADDRESS/BITS}. Never resolves. */
final class Network {
  private final byte[] address;
  private final int bits;

  private Network(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /**
   * Reads a network.
   *
   * @throws IllegalArgumentException with one line if it is none, or has bits behind its prefix
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = literal(slash < 0 ? text : text.substring(0, slash), text);
    int most = address.length * Byte.SIZE;
    int bits = slash < 0 ? most : prefix(text.substring(slash + 1), most, text);
    if (!Arrays.equals(address, masked(address, bits))) {
      throw new IllegalArgumentException(
          Text.quoted(text) + " has bits set behind its prefix of " + bits + " bits");
    }
    return new Network(address, bits);
  }

  boolean contains(InetAddress candidate) {
    byte[] bytes = candidate.getAddress();
    return bytes.length == address.length && Arrays.equals(masked(bytes, bits), address);
  }

  boolean contains(Network other) {
    return other.bits >= bits
        && other.address.length == address.length
        && Arrays.equals(masked(other.address, bits), address);
  }

  private static byte[] literal(String host, String text) {
    boolean isLiteral =
        host.indexOf(':') >= 0
            ? host.matches("[0-9A-Fa-f:.]{2,45}")
            : host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    if (isLiteral) {
      try {
        // A literal is not looked up.
        return InetAddress.getByName(host).getAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(notANetwork(text), e);
      }
    }
    throw new IllegalArgumentException(notANetwork(text));
  }

  private static String notANetwork(String text) {
    return "a network must be an address and a prefix, as 10.0.0.0/8 or 2001:db8::/32, not "
        + Text.quoted(text);
  }

  private static int prefix(String digits, int most, String text) {
    if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > most) {
      throw new IllegalArgumentException(
          "a prefix must be 0.." + most + " bits, not " + Text.quoted(text));
    }
    return Integer.parseInt(digits);
  }

  private static byte[] masked(byte[] bytes, int bits) {
    byte[] masked = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
      masked[i] = (byte) (bytes[i] & (0xff << (Byte.SIZE - kept)));
    }
    return masked;
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(address).getHostAddress() + "/" + bits;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has the length of an address", e);
    }
  }
}
