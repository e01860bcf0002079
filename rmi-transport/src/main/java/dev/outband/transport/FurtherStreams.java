package dev.outband.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether further streams are worth an offer, for an object of which nobody knows how long it is
 * going to be. To prepare and pass their tickets makes a short call some percent longer, and where
 * one short object comes after the other they are never used; so they are offered no more then,
 * until a long one has come. Safe for use by several threads.
 */
final class FurtherStreams {

  /** That one in so many is long is enough to offer further streams for each. */
  static final int MOST_IN_VAIN = 64;

  private final AtomicInteger inVain = new AtomicInteger();

  /** Whether to offer them now. An offer counts as in vain until an object is long. */
  boolean offer() {
    return inVain.get() < MOST_IN_VAIN && inVain.incrementAndGet() <= MOST_IN_VAIN;
  }

  /**
   * An object, or a stripe of one, is on its way.
   *
   * @param objectBytes how long the object is; negative if that is unknown
   */
  void came(long objectBytes) {
    if (objectBytes >= Tickets.SPREAD_FROM_BYTES) {
      inVain.set(0);
    }
  }
}
