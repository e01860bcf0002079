package dev.outband.security.pki;

import java.time.Duration;
import java.util.Objects;

/**
 * How long certificates are valid.
 *
 * @param authority the CA's certificate; positive, default 3,650 days
 * @param leaf a server's or client's certificate; positive, default 397 days, and never beyond the
 *     CA's own end
 */
public record Lifetimes(Duration authority, Duration leaf) {
  /**
   * Ten years for the CA, thirteen months for what it issues: long enough for a yearly renewal with
   * a month to spare.
   */
  public static final Lifetimes DEFAULT =
      new Lifetimes(Duration.ofDays(3650), Duration.ofDays(397));

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public Lifetimes {
    requirePositive(Objects.requireNonNull(authority, "authority"), "authority");
    requirePositive(Objects.requireNonNull(leaf, "leaf"), "leaf");
  }

  private static void requirePositive(Duration lifetime, String name) {
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new IllegalArgumentException(name + " lifetime must be positive, not " + lifetime);
    }
  }
}
