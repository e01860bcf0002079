package dev.outband.transport;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * The data connections of one end that wait, either for a first word or, after a good receipt, for
 * their next transfer: a bounded number of them, in all and of those that belong together. When
 * there are too many, the one that has waited longest is closed, so a newcomer is never turned away
 * because of them.
 *
 * <p>A connection that is in here is nobody's; whoever takes it out, by {@link #take} or {@link
 * #remove}, has it alone. Safe for use by several threads.
 */
final class WaitingConnections<W extends WaitingConnections.Waiting> {

  /** A connection that waits. */
  interface Waiting {

    Connection connection();
  }

  private final int limit;
  private final int limitTogether;
  private final BiPredicate<W, W> together;

  /** Guarded by this; the one that has waited longest comes first. */
  private final Set<W> waiting = new LinkedHashSet<>();

  /** Guarded by this. */
  private boolean closed;

  /**
   * Makes an empty set.
   *
   * @param limit how many in all
   */
  WaitingConnections(int limit) {
    this(limit, limit, (one, other) -> false);
  }

  /**
   * Makes an empty set.
   *
   * @param limit how many in all
   * @param limitTogether how many of those that belong together
   * @param together whether two do
   */
  WaitingConnections(int limit, int limitTogether, BiPredicate<W, W> together) {
    this.limit = limit;
    this.limitTogether = limitTogether;
    this.together = together;
  }

  /** Adds one; false if none is kept any more. */
  boolean add(W newcomer) {
    W oldest;
    synchronized (this) {
      if (closed) {
        return false;
      }
      oldest = surplus(newcomer);
      waiting.remove(oldest);
      waiting.add(newcomer);
    }
    if (oldest != null) {
      closeOnItsLoop(oldest);
    }
    return true;
  }

  /** What has to go before one more comes; null if nothing has to. */
  private W surplus(W newcomer) {
    if (limitTogether < limit) {
      List<W> there = waiting.stream().filter(one -> together.test(one, newcomer)).toList();
      if (there.size() >= limitTogether) {
        return there.get(0);
      }
    }
    return waiting.size() < limit ? null : waiting.iterator().next();
  }

  /** Takes the one out that has waited shortest of those that fit; null if none does. */
  synchronized W take(Predicate<W> fits) {
    W latest = null;
    for (W one : waiting) {
      if (fits.test(one)) {
        latest = one;
      }
    }
    waiting.remove(latest);
    return latest;
  }

  /** Takes one out; false if somebody else has done so. */
  synchronized boolean remove(W one) {
    return waiting.remove(one);
  }

  /** Takes one out if it is still there: it is closed. */
  synchronized void forget(W one) {
    waiting.remove(one);
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Closes all and keeps none from now on. */
  void close() {
    List<W> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    all.forEach(WaitingConnections::closeOnItsLoop);
  }

  private static void closeOnItsLoop(Waiting one) {
    Connection connection = one.connection();
    connection.loop.execute(connection::close);
  }
}
