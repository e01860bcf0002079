package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.Identity;
import dev.outband.transport.Transfer;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a client has with a server whose certificate has expired or was revoked meanwhile, a
 * second later or so: cuts the connections and cancels the transfers. One daemon thread. Safe for
 * use by several threads.
 */
final class StandingWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandingWatch.class);
  private static final long PAUSE_MS = 1_000;
  private static final int MOST_ENDED = 4096;

  private final Identity identity;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();

  /** With the certificates of all servers that each was announced to. */
  private final Map<Transfer, Set<X509Certificate>> running = new ConcurrentHashMap<>();

  /** Guarded by itself; the ids of the last ones that were cancelled here, oldest first. */
  private final Set<UUID> ended = new LinkedHashSet<>();

  private StandingWatch(Identity identity) {
    this.identity = identity;
  }

  static StandingWatch start(Identity identity, String name) {
    StandingWatch watch = new StandingWatch(identity);
    Thread thread = new Thread(watch::run, name);
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  /** Watches over a connection, until that is closed. */
  ServerConnection watched(ServerConnection opened) {
    connections.add(opened);
    return opened;
  }

  /** Watches over a transfer, until that ends; one with several servers is ended for each. */
  void add(Transfer transfer, X509Certificate with) {
    if (running.putIfAbsent(transfer, Set.of(with)) == null) {
      transfer.receipt().whenComplete((receipt, failure) -> running.remove(transfer));
    } else {
      running.computeIfPresent(transfer, (same, before) -> union(before, with));
    }
  }

  /** How many transfers it watches over. */
  int transfers() {
    return running.size();
  }

  /** Whether a failure is that of a transfer that was cancelled here: other servers may do it. */
  boolean hasEnded(TransferException why) {
    synchronized (ended) {
      return why.code() == Code.CANCELLED && ended.contains(why.transferId());
    }
  }

  /** Ends the thread soon; what runs goes on. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void run() {
    try {
      while (!closing.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever happens once: what is not thrown here does not end what is due the next second. */
  private void look() {
    try {
      endOutlawed();
    } catch (RuntimeException | Error e) {
      LOG.warn("the certificates of servers could not be looked at", e);
    }
  }

  private void endOutlawed() {
    connections.removeIf(ServerConnection::isClosed);
    Set<X509Certificate> known = new HashSet<>();
    connections.forEach(connection -> known.add(connection.certificate()));
    running.values().forEach(known::addAll);
    Map<X509Certificate, String> outlawed = identity.outlawed(known);
    if (!outlawed.isEmpty()) {
      connections.forEach(connection -> cut(connection, outlawed));
      running.forEach((transfer, with) -> cancel(transfer, with, outlawed));
    }
  }

  /** The next call connects again, and meets a renewed certificate, or is refused. */
  private static void cut(ServerConnection connection, Map<X509Certificate, String> outlawed) {
    String why = outlawed.get(connection.certificate());
    if (why != null) {
      LOG.warn("connections cut, server={}, reason={}", connection, why);
      connection.close();
    }
  }

  private void cancel(
      Transfer transfer, Set<X509Certificate> with, Map<X509Certificate, String> outlawed) {
    Optional<String> why = with.stream().map(outlawed::get).filter(Objects::nonNull).findFirst();
    if (why.isPresent()) {
      synchronized (ended) {
        ended.add(transfer.id());
        if (ended.size() > MOST_ENDED) {
          ended.remove(ended.iterator().next());
        }
      }
      transfer.cancel(why.get());
    }
  }

  private static Set<X509Certificate> union(Set<X509Certificate> some, X509Certificate more) {
    if (some.contains(more)) {
      return some;
    }
    Set<X509Certificate> all = new HashSet<>(some);
    all.add(more);
    return Set.copyOf(all);
  }
}
