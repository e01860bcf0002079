package dev.outband.transport;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether further streams are worth an offer. To prepare and pass their tickets takes a short call
 * a sixth longer, and where one short object comes after the other they are never used; so they are
 * offered no more then, until a long one has come. Safe for use by several threads.
 */
final class FurtherStreams {

  /** That one in so many is long is enough to offer further streams for each. */
  static final int SHORT_IN_A_ROW = 64;

  private final AtomicInteger shortInARow = new AtomicInteger();
  private final long shortestStripe;

  /**
   * Offers them at first.
   *
   * @param streams the most that an object comes over
   */
  FurtherStreams(int streams) {
    this.shortestStripe = Tickets.SPREAD_FROM_BYTES / streams;
  }

  boolean areWorthAnOffer() {
    return shortInARow.get() < SHORT_IN_A_ROW;
  }

  /** An object has come that is so long, or a stripe of one. */
  void came(long bytes) {
    if (bytes >= shortestStripe) {
      shortInARow.set(0);
    } else if (areWorthAnOffer()) {
      shortInARow.incrementAndGet();
    }
  }
}
