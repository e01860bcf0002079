package dev.outband.server.cluster;

import dev.outband.api.Members;
import dev.outband.security.Identity;
import dev.outband.security.SignedStatement;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process's part in its cluster: shows its own signed record, and knows the members whose
 * records count.
 *
 * <p>Whoever is not connected is no member, whatever its record says; whoever is connected is one
 * only while its record counts. Whoever starts a membership closes it. Safe for use by several
 * threads.
 */
public final class Membership implements MemberView, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration RECORD_LIFE = Duration.ofSeconds(30);
  private static final long SHOW_MS = 1_000;
  private static final long LOOK_MS = 500;
  private static final int IN_USE_LOOKS = 20;

  /**
   * What the others show arrives a moment after the connection; a stranger never shows anything.
   */
  private static final int ARRIVAL_LOOKS = 15;

  private static final long IN_USE_MS = 100;

  private final Identity self;
  private final InstantSource clock;
  private final HazelcastMember hazelcast;
  private final Instant started;
  private final RecordBook book;
  private final MemberList list = new MemberList();
  private final ScheduledExecutorService looking;
  private final ScheduledExecutorService showing;
  private final AtomicBoolean isLookDue = new AtomicBoolean();

  /** Null before the announcement and after the withdrawal. */
  private volatile Supplier<Announcement> announcement;

  /** Guarded by this. */
  private long sequence;

  private Membership(Identity self, InstantSource clock, HazelcastMember hazelcast) {
    this.self = self;
    this.clock = clock;
    this.hazelcast = hazelcast;
    this.started = clock.instant();
    this.book = new RecordBook(self, clock);
    String name = "outband-member-" + hazelcast.address().getPort();
    this.looking = thread(name + "-look");
    this.showing = thread(name + "-show");
  }

  /**
   * Binds the member port and joins the others. Blocks: about two seconds for the first member of a
   * JVM, up to the join deadline where an address answers nothing.
   *
   * @param cluster whom to join
   * @param controlHost where to bind unless the configuration says so
   * @param self a server's identity, which no other connected process may use
   * @return the membership, which shows nothing yet
   * @throws IOException if the port cannot be bound, or another process uses the identity; one line
   */
  public static Membership start(ClusterConfig cluster, String controlHost, Identity self)
      throws IOException {
    return start(cluster, controlHost, self, InstantSource.system());
  }

  static Membership start(
      ClusterConfig cluster, String controlHost, Identity self, InstantSource clock)
      throws IOException {
    HazelcastMember hazelcast = HazelcastMember.start(cluster, cluster.hostOr(controlHost));
    Membership membership = new Membership(self, clock, hazelcast);
    try {
      membership.open(cluster);
      return membership;
    } catch (IOException | RuntimeException e) {
      membership.close();
      throw e;
    }
  }

  /**
   * Shows a record from now on, made anew every second.
   *
   * @param what asked for each record, on a thread of the membership's; does not block
   */
  public void announce(Supplier<Announcement> what) {
    announcement = what;
    refresh();
  }

  /** Makes the record anew soon, because something in it has changed. Returns at once. */
  public void refresh() {
    run(showing, this::show);
  }

  /**
   * Takes the record back, so that clients go elsewhere. Blocks, some seconds at the longest; where
   * Hazelcast does not answer in time, the record goes later, or with the connection.
   */
  public void withdraw() {
    announcement = null;
    try {
      synchronized (this) {
        hazelcast.hide();
      }
      LOG.info("record withdrawn");
    } catch (RuntimeException | Error | TimeoutException e) {
      LOG.warn("record could not be withdrawn yet, reason={}", e.toString());
      LOG.debug("record could not be withdrawn yet", e);
    }
  }

  /**
   * Where the member port listens.
   *
   * @return the bound address
   */
  public InetSocketAddress address() {
    return hazelcast.address();
  }

  @Override
  public Members members() {
    return list.current();
  }

  @Override
  public Members await(long version, Duration limit) throws InterruptedException {
    return list.await(version, limit);
  }

  /**
   * Leaves the cluster, which the others notice at once. Blocks until that is done, some seconds at
   * the longest. Idempotent.
   */
  @Override
  public void close() {
    showing.shutdownNow();
    looking.shutdownNow();
    list.close();
    hazelcast.close();
  }

  HazelcastMember hazelcast() {
    return hazelcast;
  }

  // The tasks run until the membership is closed.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void open(ClusterConfig cluster) throws IOException {
    requireIdentityUnused();
    if (hazelcast.connected() == 1 && !isAlone(cluster)) {
      LOG.warn(
          "no member answered yet, name={}, join={}: going on alone, and asking again",
          cluster.name(),
          cluster.members());
    }
    hazelcast.onChange(this::lookSoon);
    looking.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
    showing.scheduleWithFixedDelay(this::show, SHOW_MS, SHOW_MS, TimeUnit.MILLISECONDS);
  }

  private boolean isAlone(ClusterConfig cluster) {
    InetSocketAddress here = address();
    List<String> own =
        List.of(
            here.getHostString() + ":" + here.getPort(),
            here.getAddress().getHostAddress() + ":" + here.getPort());
    return own.containsAll(cluster.members());
  }

  /** A process that was killed is connected for a moment longer. */
  private void requireIdentityUnused() throws IOException {
    for (int i = 0; i < IN_USE_LOOKS; i++) {
      Map<UUID, byte[]> shown = hazelcast.shown();
      list.update(book.read(shown));
      boolean isComplete = shown.size() >= hazelcast.connected() - 1 || i >= ARRIVAL_LOOKS;
      if (user() == null && isComplete) {
        return;
      }
      pause();
    }
    throw new IOException(
        "cluster: identity "
            + self.principal()
            + " is in use by another process: control="
            + list.current().list().stream()
                .filter(member -> member.principal().equals(self.principal().toString()))
                .map(member -> member.control().toString())
                .findFirst()
                .orElse("unknown"));
  }

  private UUID user() {
    return book.processOf(self.principal().toString());
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(IN_USE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the cluster was joined", e);
    }
  }

  private void lookSoon() {
    if (isLookDue.compareAndSet(false, true)) {
      run(looking, this::look);
    }
  }

  private void look() {
    isLookDue.set(false);
    try {
      list.update(book.read(hazelcast.shown()));
    } catch (RuntimeException | Error e) {
      // Thrown here it would end all further looks, in silence.
      LOG.warn("members could not be looked at, reason={}", e.toString());
      LOG.debug("members could not be looked at", e);
    }
  }

  private void show() {
    try {
      synchronized (this) {
        Supplier<Announcement> what = announcement;
        if (what != null) {
          hazelcast.show(record(what.get()), RECORD_LIFE);
        } else if (hazelcast.isShown()) {
          // A record that was on its way may arrive when it has been withdrawn.
          hazelcast.hide();
        }
      }
    } catch (RuntimeException | Error | TimeoutException e) {
      LOG.warn("record could not be shown, or withdrawn, reason={}", e.toString());
      LOG.debug("record could not be shown, or withdrawn", e);
    }
  }

  /** Guarded by this. */
  private byte[] record(Announcement what) {
    Instant now = clock.instant();
    MemberRecord record =
        new MemberRecord(hazelcast.id(), started, ++sequence, now, now.plus(RECORD_LIFE), what);
    return RecordCodec.value(
        SignedStatement.sign(self, RecordBook.PURPOSE, RecordCodec.content(record)));
  }

  private static void run(ScheduledExecutorService thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the membership is closed", e);
    }
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}
