package dev.outband.client;

import dev.outband.api.Member;
import dev.outband.api.Members;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The servers that a client knows of, those that were given first, and which of them to ask next.
 * Safe for use by several threads.
 */
final class ServerPool implements AutoCloseable {
  private final Balance balance;
  private final Server.Connector connector;
  private final Set<ServerAddress> given;

  /** Guarded by this. */
  private final Map<ServerAddress, Server> servers = new LinkedHashMap<>();

  /** Guarded by this. */
  private Members members = Members.none();

  /** Guarded by this; there has been a member list. */
  private boolean isCluster;

  /** Guarded by this. */
  private boolean isClosed;

  ServerPool(Collection<ServerAddress> given, Balance balance, Server.Connector connector) {
    this.given = Set.copyOf(given);
    this.balance = balance;
    this.connector = connector;
    given.forEach(address -> servers.put(address, new Server(address, true, connector)));
  }

  synchronized Server at(ServerAddress address) {
    return servers.get(address);
  }

  /** Whether there is anything to choose from. */
  synchronized boolean isPlural() {
    return servers.size() > 1 || isCluster;
  }

  /** The members, with versions of this pool's own. */
  synchronized Members members() {
    return members;
  }

  /** Waits until the members are no longer those of a version, or the time has passed. */
  synchronized Members await(long version, Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    long leftNs = limit.toNanos();
    while (members.version() == version && leftNs > 0 && !isClosed) {
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      leftNs = endNs - System.nanoTime();
    }
    return members;
  }

  synchronized List<Server> servers() {
    return List.copyOf(servers.values());
  }

  /** Where the servers are that are connected. */
  List<InetAddress> addresses() {
    return servers().stream()
        .map(Server::remoteAddress)
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /**
   * Takes a member list; the list of a server in no cluster says nothing about others.
   *
   * @param listedBy where the server is whose list it is
   */
  synchronized void update(Members members, InetAddress listedBy) {
    if (members.list().isEmpty() || isClosed) {
      return;
    }
    isCluster = true;
    learn(members.list());
    Map<ServerAddress, Member> listed = new LinkedHashMap<>();
    members.list().forEach(member -> listed.put(ServerAddress.of(member.control()), member));
    listed.forEach(
        (address, member) ->
            servers
                .computeIfAbsent(address, at -> new Server(at, false, connector))
                .listed(member, listedBy));
    for (Server server : List.copyOf(servers.values())) {
      if (!listed.containsKey(server.address())) {
        forget(server);
      }
    }
  }

  /** Stands for a service that every server has: the directory. */
  static final String ANY = "";

  /**
   * Which server to ask.
   *
   * @param service what is to be called there
   * @param tried who was asked already
   * @return empty if all were, or the pool is closed
   */
  synchronized Optional<Server> choose(String service, Set<Server> tried) {
    if (isClosed) {
      return Optional.empty();
    }
    List<Server> best = List.of();
    int most = -1;
    for (Server server : servers.values()) {
      int merit = tried.contains(server) ? -1 : merit(server, service);
      if (merit > most) {
        most = merit;
        best = new ArrayList<>();
      }
      if (merit == most && merit >= 0) {
        best.add(server);
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(pick(best));
  }

  /** How much speaks for a server; those with most are chosen from. */
  private int merit(Server server, String service) {
    if (!server.mayServe(service)) {
      return 0;
    }
    if (server.isAvoided()) {
      return 1;
    }
    return isPreferred(server) ? 3 : 2;
  }

  @Override
  public void close() {
    List<Server> all;
    synchronized (this) {
      isClosed = true;
      notifyAll();
      all = new ArrayList<>(servers.values());
    }
    all.forEach(Server::close);
  }

  private synchronized void learn(List<Member> list) {
    boolean isNews = !members.hasTheSameAs(list);
    members = new Members(members.version() + (isNews ? 1 : 0), list);
    if (isNews) {
      notifyAll();
    }
  }

  /**
   * Once there is a member list, who is not in it drains, is gone, or is a member under another
   * address.
   */
  private synchronized boolean isPreferred(Server server) {
    return balance == Balance.GIVEN_ORDER
        ? given.contains(server.address())
        : server.isListed() || !isCluster;
  }

  private Server pick(List<Server> some) {
    if (balance == Balance.GIVEN_ORDER && given.contains(some.get(0).address())) {
      return some.get(0);
    }
    int first = ThreadLocalRandom.current().nextInt(some.size());
    int other = ThreadLocalRandom.current().nextInt(some.size());
    boolean isLess = some.get(other).load() < some.get(first).load();
    return some.get(isLess ? other : first);
  }

  private void forget(Server server) {
    if (given.contains(server.address())) {
      server.unlisted();
    } else {
      servers.remove(server.address());
      server.drop();
    }
  }
}
