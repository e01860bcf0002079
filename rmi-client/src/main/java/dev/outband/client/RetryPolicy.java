package dev.outband.client;

import java.time.Duration;

/**
 * How often a call that asks for bytes is made again after a failure that may pass. An attempt that
 * verified bytes beyond all before it is progress, and starts the count and the time anew.
 *
 * @param attempts how many attempts in a row may bring no progress, 1 to 1000; with 1 an attempt
 *     that brings none is the last
 * @param limit how long after the last progress an attempt may still begin, 0 to 1 day
 * @param firstPause the pause after the first attempt without progress, 1 ms to 1 hour; it doubles
 *     from one to the next, to {@value #MAX_PAUSE_SECONDS} s at most, and half of it is random
 */
public record RetryPolicy(int attempts, Duration limit, Duration firstPause) {

  /** The longest pause: {@value} seconds, or the first one if that is longer. */
  public static final int MAX_PAUSE_SECONDS = 5;

  private static final int MAX_ATTEMPTS = 1000;
  private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(1);
  private static final Duration DEFAULT_PAUSE = Duration.ofMillis(200);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is out of its bounds; the message names it
   */
  public RetryPolicy {
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "retry attempts must be 1.." + MAX_ATTEMPTS + ", not " + attempts);
    }
    between("retry limit", limit, Duration.ZERO, Duration.ofDays(1));
    between("retry firstPause", firstPause, Duration.ofMillis(1), Duration.ofHours(1));
  }

  /**
   * Six attempts in a row, within a minute, after pauses from 0.2 s on: some six seconds of pauses
   * in all.
   *
   * @return the default
   */
  public static RetryPolicy defaults() {
    return new RetryPolicy(6, DEFAULT_LIMIT, DEFAULT_PAUSE);
  }

  /**
   * One attempt. A transfer still goes on over another connection when it loses its own.
   *
   * @return a policy that never makes a call again without progress
   */
  public static RetryPolicy once() {
    return new RetryPolicy(1, Duration.ZERO, DEFAULT_PAUSE);
  }

  /** How long to pause after so many attempts without progress; {@code random} is 0 to 1. */
  Duration pauseAfter(int fruitless, double random) {
    double firstNs = (double) firstPause.toNanos();
    double mostNs = Math.max((double) Duration.ofSeconds(MAX_PAUSE_SECONDS).toNanos(), firstNs);
    double wholeNs = Math.min(mostNs, Math.scalb(firstNs, fruitless - 1));
    return Duration.ofNanos((long) (wholeNs / 2 * (1 + random)));
  }

  private static void between(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + ".." + most + ", not " + value);
    }
  }
}
