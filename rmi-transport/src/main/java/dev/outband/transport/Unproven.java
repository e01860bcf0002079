package dev.outband.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places of dialers that have proven nothing: of strangers, who have named no ticket, and of
 * those who have named one and are to show that they know its secret. A stranger that comes when
 * all places are taken has that of the one that has been here longest. Safe for use by several
 * threads.
 */
final class Unproven implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Unproven.class);
  private static final long WARN_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

  private final int limit;
  private final WaitingConnections<ListenerSession> strangers;
  private final AtomicInteger opening = new AtomicInteger();
  private volatile long warnedNs = System.nanoTime() - WARN_EVERY_NS;

  /**
   * Makes empty places.
   *
   * @param limit how many of either kind
   */
  Unproven(int limit) {
    this.limit = limit;
    this.strangers = new WaitingConnections<>(limit);
  }

  /** Gives a place to a stranger; false if none is taken in any more. */
  boolean add(ListenerSession stranger) {
    if (strangers.size() == limit) {
      warn(stranger);
    }
    return strangers.add(stranger);
  }

  /** Not for each of thousands. */
  private void warn(ListenerSession newest) {
    long nowNs = System.nanoTime();
    if (nowNs - warnedNs >= WARN_EVERY_NS) {
      warnedNs = nowNs;
      LOG.warn(
          "too many silent data connections, the oldest are closed, limit={}, newest={}",
          limit,
          newest.connection().peer());
    }
  }

  /** It has named a ticket; false if its place was taken from it, or there is none to go on in. */
  boolean named(ListenerSession stranger) {
    if (!strangers.remove(stranger)) {
      return false;
    }
    if (opening.incrementAndGet() > limit) {
      opening.decrementAndGet();
      return false;
    }
    return true;
  }

  /** One that had {@linkplain #named named} a ticket is proven, or gone. */
  void opened() {
    opening.decrementAndGet();
  }

  /** It is closed. */
  void forget(ListenerSession stranger) {
    strangers.forget(stranger);
  }

  /** Whether there are so many that they are to hurry. */
  boolean isCrowded() {
    return strangers.size() + opening.get() > limit / 2;
  }

  /** Closes the strangers and takes none in from now on. */
  @Override
  public void close() {
    strangers.close();
  }
}
