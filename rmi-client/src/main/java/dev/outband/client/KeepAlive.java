package dev.outband.client;

import java.rmi.RemoteException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to each server that was called lately. RMI ends one that was idle for 15 to 30
 * s, and the next call then makes a TLS handshake, and runs code that the JVM has long compiled for
 * something else; so the server's directory is asked before that. Nobody is dialed for it. One
 * daemon thread: for each server that was called lately and has stopped without a word, it waits
 * for the answer, until the read timeout of the control connections, and keeps no others.
 */
final class KeepAlive implements AutoCloseable {
  /** Below the 15 s after which RMI ends what is idle, with room for servers that are slow. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final Duration FRESH = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

  private final ServerPool pool;
  private final long intervalMs;
  private final long keptNs;
  private final CountDownLatch closing = new CountDownLatch(1);

  private KeepAlive(ServerPool pool, Duration interval, Duration kept) {
    this.pool = pool;
    this.intervalMs = interval.toMillis();
    this.keptNs = kept.toNanos();
  }

  /**
   * Starts the thread.
   *
   * @param interval how often to ask
   * @param kept for how long after a call; none if it is zero
   */
  static KeepAlive start(ServerPool pool, Duration interval, Duration kept, String name) {
    KeepAlive alive = new KeepAlive(pool, interval, kept);
    if (!kept.isZero()) {
      Thread thread = new Thread(alive::run, name);
      thread.setDaemon(true);
      thread.start();
    }
    return alive;
  }

  /** Ends the thread as soon as nothing is asked any more. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
  }

  private void run() {
    try {
      while (!closing.await(intervalMs, TimeUnit.MILLISECONDS)) {
        pool.servers().forEach(this::keep);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever happens once: what is not thrown here does not end what is due the next time. */
  private void keep(Server server) {
    try {
      server.lastCall().filter(call -> isDue(server, call)).ifPresent(call -> ask(server, call));
    } catch (RuntimeException | Error e) {
      LOG.warn("a connection could not be kept, server={}", server, e);
    }
  }

  /** After an hour, or when this end has a new certificate, both are to show what they have. */
  private boolean isDue(Server server, Server.LastCall call) {
    return System.nanoTime() - call.endedNs() < keptNs
        && !server.isAvoided()
        && !call.connection().isClosed()
        && call.connection().isFresh(FRESH);
  }

  /** Once it has failed there is nothing to keep, until another call is answered. */
  private static void ask(Server server, Server.LastCall call) {
    try {
      call.connection().keepAlive();
    } catch (RemoteException e) {
      LOG.debug("connection not kept, server={}, reason={}", server, CallFailure.reason(e));
      server.forget(call);
    }
  }
}
