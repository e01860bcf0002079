package dev.outband.api;

import java.io.Serializable;

/**
 * One {@code host:port} at which a data port listens.
 *
 * <p>An {@linkplain #observed(int) observed} endpoint names no host: it stands for the address from
 * which the dialer sees the advertising process on the control connection. It needs no knowledge of
 * one's own addresses, survives address translation that keeps the port, and cannot name a third
 * host.
 *
 * @param host a host name or address, at most {@value #MAX_HOST_CHARS} characters; empty for an
 *     observed endpoint
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) implements Serializable {

  /** The longest host name: {@value} characters, the limit of the DNS. */
  public static final int MAX_HOST_CHARS = 253;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the endpoint arrives from another process.
   *
   * @throws IllegalArgumentException if the port is out of range, or the host is too long or has a
   *     character that no host name or address has
   */
  public Endpoint {
    Checks.between("endpoint port", port, 1, 65_535);
    Checks.between("endpoint host length", host.length(), 0, MAX_HOST_CHARS);
    if (!Checks.all(host, Endpoint::isHostCharacter)) {
      throw new IllegalArgumentException(
          "endpoint host must be letters, digits and .:-_%, not "
              + Checks.printable(host, MAX_HOST_CHARS));
    }
  }

  /**
   * An endpoint at whichever address the dialer sees the advertising process.
   *
   * @param port 1 to 65535
   * @return the endpoint
   */
  public static Endpoint observed(int port) {
    return new Endpoint("", port);
  }

  /**
   * Whether this endpoint stands for the address seen on the control connection.
   *
   * @return true if it names no host
   */
  public boolean isObserved() {
    return host.isEmpty();
  }

  /**
   * Returns {@code host:port}, with brackets about an IPv6 address and {@code observed} for no
   * host.
   */
  @Override
  public String toString() {
    String shown = isObserved() ? "observed" : host;
    return (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + port;
  }

  private static boolean isHostCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || ".:-_%".indexOf(c) >= 0;
  }
}
