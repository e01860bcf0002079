package dev.outband.client;

import java.rmi.RemoteException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection to each server that was called lately. RMI ends what it has not used for 15
 * s, and the next call then makes a TLS handshake, and runs code that the JVM has long compiled for
 * something else; so the server's directory is asked before that. One daemon thread, which does not
 * go on from a server that does not answer before that one's call deadline has passed.
 */
final class KeepAlive implements AutoCloseable {
  /** Below RMI's 15 s, by as much as an answer may take where there is much to do. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

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

  private void keep(Server server) {
    server
        .calledWithin(keptNs)
        .filter(connection -> !connection.isClosed())
        .ifPresent(connection -> ask(server, connection));
  }

  /** Once it has failed there is nothing to keep, until it is called again. */
  private static void ask(Server server, ServerConnection connection) {
    try {
      connection.directory().members();
    } catch (RemoteException | RuntimeException | Error e) {
      LOG.debug("connection not kept, server={}, reason={}", server, CallFailure.reason(e));
      server.forgetCall();
    }
  }
}
