package dev.outband.security;

import dev.outband.api.Protection;
import java.util.Objects;

/**
 * What a rule of a {@link SecurityPolicy} allows a call to do. The numbers hold for each principal
 * by itself, over all calls that the rule decides.
 *
 * @param floor the least protection of its transfers, either way
 * @param callbacks which endpoints are dialed for it
 * @param transfers how many of its transfers, receptions included, may be there at once; 1 or more
 * @param bytesPerSecond how many bytes its transfers move in a second, together; 1 or more, {@link
 *     Long#MAX_VALUE} for no limit
 * @param bytesInAll how many bytes its transfers move for as long as the server runs; 1 or more,
 *     {@link Long#MAX_VALUE} for no limit
 */
public record Grant(
    Protection floor,
    EndpointPolicy callbacks,
    int transfers,
    long bytesPerSecond,
    long bytesInAll) {

  /** The most transfers at once that a rule may allow: {@value}. */
  public static final int MAX_TRANSFERS = 1 << 20;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a number is out of its bounds
   */
  public Grant {
    Objects.requireNonNull(floor, "floor");
    Objects.requireNonNull(callbacks, "callbacks");
    if (transfers < 1 || transfers > MAX_TRANSFERS) {
      throw new IllegalArgumentException(
          "transfers must be 1.." + MAX_TRANSFERS + ", not " + transfers);
    }
    if (bytesPerSecond < 1 || bytesInAll < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond and bytesInAll must be at least 1, not "
              + Math.min(bytesPerSecond, bytesInAll));
    }
  }
}
