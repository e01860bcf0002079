package dev.outband.client;

import dev.outband.api.Members;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pool's list of members fresh: waits at one server's directory for a change, and goes to
 * another server when that one does not answer. One daemon thread and one connection of its own.
 */
final class MemberWatch implements AutoCloseable {
  /** After which a server answers even if nothing but loads has changed. */
  static final Duration ROUND = Duration.ofSeconds(2);

  /** How long an answer may take beyond that before the server counts as dead. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(MemberWatch.class);
  private static final long PAUSE_MS = 1_000;

  private final ServerPool pool;
  private final Server.Connector connector;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** Set by the watching thread; null while no server is asked. */
  private volatile ServerConnection asked;

  private MemberWatch(ServerPool pool, Server.Connector connector, String name) {
    this.pool = pool;
    this.connector = connector;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  static MemberWatch start(ServerPool pool, Server.Connector connector, String name) {
    MemberWatch watch = new MemberWatch(pool, connector, name);
    watch.thread.start();
    return watch;
  }

  /** Ends the thread soon, what it waits for with its connection. Does not wait for that. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    disconnect();
  }

  private void run() {
    Set<Server> tried = new HashSet<>();
    try {
      while (closing.getCount() > 0) {
        Optional<Server> server = pool.choose(ServerPool.ANY, tried);
        if (server.isEmpty()) {
          tried.clear();
          pause();
        } else {
          tried.add(server.get());
          if (follow(server.get())) {
            tried.clear();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  /** Follows one server's list until the server fails; whether it answered at all. */
  private boolean follow(Server server) throws InterruptedException {
    boolean hasAnswered = false;
    try {
      ServerConnection connection = connector.connect(server.address(), server.lead());
      asked = connection;
      long version = Members.NO_VERSION;
      while (closing.getCount() > 0) {
        Members members = connection.directory().awaitMembers(version, ROUND);
        hasAnswered = true;
        pool.update(members, connection.remoteAddress());
        if (members.list().isEmpty() || members.version() != version && version >= 0) {
          // A server in no cluster answers at once; one whose list changes often is not followed
          // at every step.
          pause(members.list().isEmpty() ? PAUSE_MS : PAUSE_MS / 10);
        }
        version = members.version();
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("server does not list members, server={}, reason={}", server, CallFailure.reason(e));
      server.avoid();
    } finally {
      disconnect();
    }
    return hasAnswered;
  }

  private void disconnect() {
    ServerConnection last = asked;
    if (last != null) {
      last.close();
    }
  }

  private void pause() throws InterruptedException {
    pause(PAUSE_MS);
  }

  private void pause(long ms) throws InterruptedException {
    long jittered = ms / 2 + ThreadLocalRandom.current().nextLong(ms);
    if (closing.await(jittered, TimeUnit.MILLISECONDS)) {
      LOG.debug("the client is closed");
    }
  }
}
