package dev.outband.transport;

/**
 * How many bytes a transfer may move now. Set by any thread at any time, asked and spent by the
 * transfer's event loop.
 *
 * <p>What is not used is kept for a quarter of a second; more than that would let a transfer that
 * was slow for a while take the line by storm.
 */
final class RateLimit {

  static final long NONE = Long.MAX_VALUE;

  private static final double KEPT_SECONDS = 0.25;

  private volatile long bytesPerSecond = NONE;
  private volatile boolean isHeld;
  private long filledNs;
  private double credit;

  void set(long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "rate limit must be 1.." + NONE + " bytes per second, not " + limit);
    }
    bytesPerSecond = limit;
  }

  boolean isSet() {
    return bytesPerSecond != NONE;
  }

  /** Nothing may be moved, whatever the limit, or what the limit allows again. */
  void hold(boolean on) {
    isHeld = on;
  }

  boolean isHeld() {
    return isHeld;
  }

  /** At most so many bytes now; 0: none until later. */
  int allowed(int wanted, long nowNs) {
    if (isHeld) {
      return 0;
    }
    long rate = bytesPerSecond;
    if (rate == NONE) {
      return wanted;
    }
    double most = Math.max(1, rate * KEPT_SECONDS);
    credit = Math.min(most, credit + (nowNs - filledNs) / 1e9 * rate);
    filledNs = nowNs;
    return (int) Math.max(0, Math.min(wanted, Math.min(credit, most)));
  }

  void spend(long bytes) {
    credit -= bytes;
  }
}
