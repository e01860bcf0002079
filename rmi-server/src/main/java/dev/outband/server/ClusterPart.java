package dev.outband.server;

import dev.outband.api.Endpoint;
import dev.outband.server.cluster.Announcement;
import dev.outband.server.cluster.MemberView;
import dev.outband.server.cluster.Membership;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A server's part in its cluster, or its having none. Safe for use by several threads. */
final class ClusterPart implements AutoCloseable {

  /** Null if the server is in no cluster. */
  private final Membership membership;

  private final Endpoint control;
  private final Endpoint data;

  private ClusterPart(Membership membership, Endpoint control, Endpoint data) {
    this.membership = membership;
    this.control = control;
    this.data = data;
  }

  static ClusterPart none() {
    return new ClusterPart(null, null, null);
  }

  static ClusterPart of(Membership membership, Endpoint control, Endpoint data) {
    return new ClusterPart(membership, control, data);
  }

  MemberView view() {
    return membership == null ? MemberView.alone() : membership;
  }

  Optional<InetSocketAddress> address() {
    return Optional.ofNullable(membership).map(Membership::address);
  }

  void announce(Supplier<List<String>> services, IntSupplier load) {
    if (membership != null) {
      membership.announce(() -> new Announcement(control, data, services.get(), load.getAsInt()));
    }
  }

  void refresh() {
    if (membership != null) {
      membership.refresh();
    }
  }

  void withdraw() {
    if (membership != null) {
      membership.withdraw();
    }
  }

  @Override
  public void close() {
    if (membership != null) {
      membership.close();
    }
  }
}
