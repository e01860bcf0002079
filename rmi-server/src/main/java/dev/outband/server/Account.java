package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.Grant;
import dev.outband.transport.Transfer;
import java.util.HashMap;
import java.util.Map;

/**
 * What one principal has had of what one rule grants it: transfers at once, bytes per second, bytes
 * in all. Safe for use by several threads.
 */
final class Account {
  /** More than any transfer moves. */
  static final long UNLIMITED = Long.MAX_VALUE;

  /** Transfers that have not ended, with the bytes that are set aside for them. Guarded by this. */
  private final Map<Transfer, Long> running = new HashMap<>();

  /** Transfers that have a place but have not started. Guarded by this. */
  private int starting;

  /** Bytes of transfers that have ended. Guarded by this. */
  private long spent;

  /** Guarded by this. */
  private long bytesPerSecond = UNLIMITED;

  /**
   * What one more transfer may do.
   *
   * @param bytes how many it may move
   * @param bytesPerSecond how many in a second, until the next one starts or ends
   */
  record Share(long bytes, long bytesPerSecond) {}

  /**
   * Takes a place for one more transfer; {@link #started} or {@link #abandon} gives it back.
   *
   * @return its share
   * @throws TransferException {@link Code#LIMIT_EXCEEDED} if there is none
   */
  synchronized Share open(Grant grant) throws TransferException {
    if (running.size() + starting >= grant.transfers()) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "transfers at once must be at most " + grant.transfers());
    }
    long left = left(grant);
    if (left == 0) {
      throw spent(grant);
    }
    starting++;
    return new Share(left, each(grant.bytesPerSecond(), running.size() + starting));
  }

  synchronized void abandon() {
    starting--;
  }

  /**
   * A transfer that has a place has started, and moves so many bytes at most.
   *
   * @throws TransferException {@link Code#LIMIT_EXCEEDED} if others have had the bytes meanwhile;
   *     the place is given back
   */
  void started(Transfer transfer, long bytes, Grant grant) throws TransferException {
    synchronized (this) {
      starting--;
      if (bytes > left(grant)) {
        throw spent(grant);
      }
      running.put(transfer, bytes);
      bytesPerSecond = grant.bytesPerSecond();
      share();
    }
    transfer.receipt().whenComplete((receipt, failure) -> ended(transfer));
  }

  private synchronized void ended(Transfer transfer) {
    if (running.remove(transfer) != null) {
      spent = plus(spent, transfer.bytes());
      share();
    }
  }

  private long left(Grant grant) {
    if (grant.bytesInAll() == UNLIMITED) {
      return UNLIMITED;
    }
    long taken = running.values().stream().reduce(spent, Account::plus);
    return Math.max(0, grant.bytesInAll() - taken);
  }

  private void share() {
    if (running.isEmpty()) {
      return;
    }
    long each = each(bytesPerSecond, running.size() + starting);
    running.keySet().forEach(transfer -> transfer.limitRate(each));
  }

  private static long each(long bytesPerSecond, int transfers) {
    return bytesPerSecond == UNLIMITED ? UNLIMITED : Math.max(1, bytesPerSecond / transfers);
  }

  private static long plus(long one, long other) {
    long sum = one + other;
    return sum < 0 ? UNLIMITED : sum;
  }

  private static TransferException spent(Grant grant) {
    return new TransferException(
        Code.LIMIT_EXCEEDED, "bytes in all must be at most " + grant.bytesInAll());
  }
}
