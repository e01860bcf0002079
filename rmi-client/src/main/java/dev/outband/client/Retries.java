package dev.outband.client;

import dev.outband.api.TransferException;

/**
 * Which failures of an attempt let another one follow, and how many.
 *
 * @param policy how many
 * @param standing knows which transfers ended because of their server
 */
record Retries(RetryPolicy policy, StandingWatch standing) {

  /** Whether the call may be made again: the failure may pass, or was that of one server. */
  boolean mayFollow(TransferException why) {
    return why.code().isRetriable() || standing.hasEnded(why);
  }
}
