package dev.outband.security;

/**
 * How many connections a control port holds. A connection carries one call at a time, so these are
 * limits of running calls, too.
 *
 * @param total all connections, those included whose handshake is not done; 1,024 by default
 * @param perPrincipal the connections of one principal; 768 by default, so that none can take all
 * @param handshakes the connections whose handshake is not done; 512 by default, so that those who
 *     never prove themselves leave room for those who do
 * @param handshakesPerAddress the same from one address; 256 by default
 */
public record ConnectionCounts(
    int total, int perPrincipal, int handshakes, int handshakesPerAddress) {

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a number is less than 1
   */
  public ConnectionCounts {
    check("total", total);
    check("perPrincipal", perPrincipal);
    check("handshakes", handshakes);
    check("handshakesPerAddress", handshakesPerAddress);
  }

  /** The defaults. */
  public static ConnectionCounts defaults() {
    return new ConnectionCounts(1024, 768, 512, 256);
  }

  private static void check(String name, int most) {
    if (most < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + most);
    }
  }
}
