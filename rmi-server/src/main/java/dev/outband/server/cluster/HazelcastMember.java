package dev.outband.server.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.replicatedmap.ReplicatedMap;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process in Hazelcast: who is connected, and the bytes that each one shows. Nothing of what
 * it says is verified. Safe for use by several threads.
 */
final class HazelcastMember implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastMember.class);
  private static final int MAX_CAUSES = 16;

  /**
   * How long an operation is waited for. Its own deadline of 5 s begins anew whenever Hazelcast
   * makes it again, and there is none for one that this process answers.
   */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(6);
  private static final int MOST_SHOWING = 8;
  private static final int MOST_HIDING = 2;

  /**
   * Would print on standard error, whatever the application logs with, that JDK internals are
   * closed to Hazelcast. They may stay so. Held, since its level would go with it.
   */
  private static final java.util.logging.Logger FACTORY_LOG =
      java.util.logging.Logger.getLogger("com.hazelcast.instance.impl.HazelcastInstanceFactory");

  private final HazelcastInstance instance;
  private final InetSocketAddress address;
  private final ReplicatedMap<String, byte[]> records;
  private final BoundedCalls showing;
  private final BoundedCalls hiding;
  private final BoundedCalls ending;

  private HazelcastMember(HazelcastInstance instance) {
    this.instance = instance;
    this.records = instance.getReplicatedMap(HardenedConfig.RECORDS);
    this.address = instance.getCluster().getLocalMember().getSocketAddress();
    String name = "outband-member-" + address.getPort();
    this.showing = new BoundedCalls(name + "-put", MOST_SHOWING, ANSWER_LIMIT);
    this.hiding = new BoundedCalls(name + "-remove", MOST_HIDING, ANSWER_LIMIT);
    this.ending = new BoundedCalls(name + "-end", 1, CLOSE_LIMIT);
  }

  /** Binds the member port and joins. Blocks, some seconds at the longest. */
  static HazelcastMember start(ClusterConfig cluster, String host) throws IOException {
    InetAddress address = resolve(host);
    FACTORY_LOG.setLevel(Level.SEVERE);
    try {
      return new HazelcastMember(
          Hazelcast.newHazelcastInstance(HardenedConfig.of(cluster, address)));
    } catch (HazelcastException | IllegalStateException e) {
      String where = address.getHostAddress() + ":" + cluster.port();
      throw cause(e, IOException.class)
          .<IOException>map(reason -> bindFailure("cluster: cannot listen on " + where, reason))
          .orElseGet(() -> notJoined(cluster, e));
    }
  }

  /** Another one once two parts of a cluster are one again. */
  UUID id() {
    return instance.getCluster().getLocalMember().getUuid();
  }

  InetSocketAddress address() {
    return address;
  }

  HazelcastInstance instance() {
    return instance;
  }

  /** Runs something whenever who is connected, or what is shown, may have changed. */
  void onChange(Runnable changed) {
    instance.getCluster().addMembershipListener(new ConnectedListener(changed));
    records.addEntryListener(new ShownListener(changed));
    instance
        .getLifecycleService()
        .addLifecycleListener(
            event -> {
              if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                LOG.info("two parts of the cluster are one again");
                changed.run();
              }
            });
  }

  /** What each connected process shows, by its id; this one's included. */
  Map<UUID, byte[]> shown() {
    Map<UUID, byte[]> shown = new HashMap<>();
    for (Member member : instance.getCluster().getMembers()) {
      byte[] value = shownBy(member);
      if (value != null) {
        shown.put(member.getUuid(), value);
      }
    }
    return shown;
  }

  int connected() {
    return instance.getCluster().getMembers().size();
  }

  /** Shows a value for a time. Blocks, some seconds at the longest. */
  void show(byte[] value, Duration life) throws TimeoutException {
    String id = id().toString();
    showing.call(() -> records.put(id, value, life.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Shows nothing any more. Blocks, some seconds at the longest. */
  void hide() throws TimeoutException {
    String id = id().toString();
    hiding.call(() -> records.remove(id));
  }

  /** Whether something is shown. Does not block. */
  boolean isShown() {
    return records.containsKey(id().toString());
  }

  /**
   * Cuts the connections, which the others notice at once, and ends the threads. Blocks, some
   * seconds at the longest: what has not ended then ends by itself or never.
   */
  @Override
  public void close() {
    // Whoever comes second waits for the first.
    synchronized (ending) {
      try {
        ending.call(instance.getLifecycleService()::terminate);
      } catch (TimeoutException e) {
        LOG.warn("the member has not ended yet, address={}, reason={}", address, e.getMessage());
      }
    }
  }

  private byte[] shownBy(Member member) {
    try {
      // What a stranger has put there may be of any type.
      Object value = ((ReplicatedMap<?, ?>) records).get(member.getUuid().toString());
      return value instanceof byte[] bytes ? bytes : null;
    } catch (RuntimeException | Error e) {
      // Hazelcast reads lists in lists, however deep, and provides arrays as long as they say.
      LOG.debug("value ignored: it is no record, member={}", member.getAddress(), e);
      return null;
    }
  }

  private static InetAddress resolve(String host) throws IOException {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress()) {
        throw new IllegalArgumentException(
            "cluster host must be one address of this host, not " + host + ", all of them");
      }
      return address;
    } catch (UnknownHostException e) {
      throw new IOException("cluster: unknown host " + host, e);
    }
  }

  private static IOException bindFailure(String what, IOException reason) {
    BindException failure = new BindException(what + ": " + line(reason));
    failure.initCause(reason);
    return failure;
  }

  private static IOException notJoined(ClusterConfig cluster, Exception e) {
    return new IOException(
        "cluster: not joined within "
            + cluster.joinDeadline().toSeconds()
            + " s, an address answers but lets nobody join: name="
            + cluster.name()
            + ", join="
            + cluster.members(),
        e);
  }

  private static String line(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    Throwable t = failure;
    for (int i = 0; i < MAX_CAUSES && t != null; i++) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
      t = t.getCause();
    }
    return Optional.empty();
  }

  private record ConnectedListener(Runnable changed) implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      LOG.info("connected, member={}", event.getMember().getAddress());
      changed.run();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      LOG.info("disconnected, member={}", event.getMember().getAddress());
      changed.run();
    }
  }

  private static final class ShownListener extends EntryAdapter<String, byte[]> {
    private final Runnable changed;

    ShownListener(Runnable changed) {
      this.changed = changed;
    }

    @Override
    public void onEntryEvent(EntryEvent<String, byte[]> event) {
      changed.run();
    }
  }
}
