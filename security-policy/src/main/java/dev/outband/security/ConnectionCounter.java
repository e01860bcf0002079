package dev.outband.security;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the connections of a control port, and the bytes of their calls, against its limits. Safe
 * for use by several threads.
 */
final class ConnectionCounter {
  private final ConnectionCounts most;
  private final CallBytes mostBytes;

  /** Guarded by this. */
  private int total;

  /** Connections that are not proven. Guarded by this. */
  private int handshakes;

  /** Connections that are not proven, by address. Guarded by this. */
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  /** Connections that are proven, by principal. Guarded by this. */
  private final Map<Principal, Integer> byPrincipal = new HashMap<>();

  /** Bytes of calls in memory. Guarded by this. */
  private long bytes;

  /** The same by principal. Guarded by this. */
  private final Map<Principal, Long> bytesByPrincipal = new HashMap<>();

  ConnectionCounter(ConnectionCounts most, CallBytes mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** What one connection takes. Closed once it is gone. */
  static final class Place implements AutoCloseable {
    private final ConnectionCounter counter;
    private final InetAddress address;

    /** Null until it is proven. Guarded by the counter. */
    private Principal principal;

    /** Of its call in memory. Guarded by the counter. */
    private long bytes;

    /** Guarded by the counter. */
    private boolean isClosed;

    private Place(ConnectionCounter counter, InetAddress address) {
      this.counter = counter;
      this.address = address;
    }

    /** Counts it for its principal from now on; false if the principal has as many as it may. */
    boolean proven(Principal peer) {
      return counter.proven(this, peer);
    }

    /**
     * Holds so many bytes of a call from now on; false, with nothing changed, if its principal, or
     * all together, would hold more than they may. A place that is not proven holds none.
     */
    boolean holds(long count) {
      return counter.holds(this, count);
    }

    /** Gives the place back. Idempotent. */
    @Override
    public void close() {
      counter.giveBack(this);
    }
  }

  private synchronized boolean proven(Place place, Principal peer) {
    if (place.isClosed || byPrincipal.getOrDefault(peer, 0) >= most.perPrincipal()) {
      return false;
    }
    place.principal = peer;
    byPrincipal.merge(peer, 1, Integer::sum);
    handshakes--;
    byAddress.computeIfPresent(place.address, ConnectionCounter::oneLess);
    return true;
  }

  private synchronized boolean holds(Place place, long count) {
    long more = count - place.bytes;
    if (more > 0 && !mayHold(place, more)) {
      return false;
    }
    if (more != 0) {
      place.bytes = count;
      bytes += more;
      bytesByPrincipal.compute(place.principal, (peer, had) -> plus(had, more));
    }
    return true;
  }

  private boolean mayHold(Place place, long more) {
    return !place.isClosed
        && place.principal != null
        && bytes + more <= mostBytes.total()
        && bytesByPrincipal.getOrDefault(place.principal, 0L) + more <= mostBytes.perPrincipal();
  }

  private static Long plus(Long had, long more) {
    long sum = (had == null ? 0 : had) + more;
    return sum == 0 ? null : Long.valueOf(sum);
  }

  private synchronized void giveBack(Place place) {
    if (place.isClosed) {
      return;
    }
    holds(place, 0);
    place.isClosed = true;
    total--;
    if (place.principal == null) {
      handshakes--;
      byAddress.computeIfPresent(place.address, ConnectionCounter::oneLess);
    } else {
      byPrincipal.computeIfPresent(place.principal, ConnectionCounter::oneLess);
    }
  }

  /** A place for one more connection; empty, with nothing taken, if there is none. */
  synchronized Optional<Place> accept(InetAddress address) {
    if (!full(address).isEmpty()) {
      return Optional.empty();
    }
    total++;
    handshakes++;
    byAddress.merge(address, 1, Integer::sum);
    return Optional.of(new Place(this, address));
  }

  /** Which limit a connection from that address meets, in words; empty if none. */
  synchronized String full(InetAddress address) {
    if (total >= most.total()) {
      return total + " control connections are open already";
    }
    if (handshakes >= most.handshakes()) {
      return handshakes + " handshakes are in progress already";
    }
    int same = byAddress.getOrDefault(address, 0);
    return same >= most.handshakesPerAddress()
        ? same + " handshakes from its address are in progress already"
        : "";
  }

  /** Bytes of calls in memory. */
  synchronized long bytes() {
    return bytes;
  }

  synchronized int total() {
    return total;
  }

  private static <K> Integer oneLess(K key, int count) {
    return count == 1 ? null : Integer.valueOf(count - 1);
  }
}
