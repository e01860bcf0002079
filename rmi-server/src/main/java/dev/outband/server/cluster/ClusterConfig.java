package dev.outband.server.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server process finds the others.
 *
 * <pre>{@code
 * ClusterConfig.join("10.0.0.5:5701", "10.0.0.6:5701", "10.0.0.7:5701")
 * }</pre>
 *
 * <p>The same list can be given to every process, since the process itself may be in it. It need
 * not be complete, nor need all in it be up: whoever reaches one member learns of all.
 *
 * <p>The member port speaks a protocol without encryption or authentication. Bind it to a private
 * interface, and let nobody but the other servers reach it. Immutable.
 */
public final class ClusterConfig {

  /** The port of a member unless another one is given: {@value}. */
  public static final int DEFAULT_PORT = 5701;

  /** The name of a cluster unless another one is given: {@value}. */
  public static final String DEFAULT_NAME = "outband";

  /** The most addresses to join: {@value}. */
  public static final int MAX_JOIN = 64;

  private static final Duration JOIN = Duration.ofSeconds(15);
  private static final Duration LONGEST_JOIN = Duration.ofMinutes(5);
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");

  private final List<String> join;
  private final String name;
  private final String host;
  private final int port;
  private final Duration joinDeadline;

  private ClusterConfig(
      List<String> join, String name, String host, int port, Duration joinDeadline) {
    this.join = join;
    this.name = name;
    this.host = host;
    this.port = port;
    this.joinDeadline = joinDeadline;
  }

  /**
   * A member of a cluster.
   *
   * @param members each {@code host:port} of a member port, an IPv6 address in brackets; 0 to
   *     {@value #MAX_JOIN}, none for a first member that others will join
   * @return the configuration: named {@value #DEFAULT_NAME}, bound to the control port's host and
   *     port {@value #DEFAULT_PORT}
   * @throws IllegalArgumentException if an address has another form or there are too many
   */
  public static ClusterConfig join(String... members) {
    if (members.length > MAX_JOIN) {
      throw new IllegalArgumentException(
          "members to join must be 0.." + MAX_JOIN + ", not " + members.length);
    }
    List<String> addresses = List.of(members);
    addresses.forEach(ClusterConfig::check);
    return new ClusterConfig(addresses, DEFAULT_NAME, "", DEFAULT_PORT, JOIN);
  }

  /**
   * The same with the member port elsewhere.
   *
   * @param memberHost the one address to bind, or a name that resolves to it; not all interfaces
   * @param memberPort 0 to 65535; 0 picks one
   * @return a new configuration
   * @throws IllegalArgumentException if the host is empty or the port out of range
   */
  public ClusterConfig bind(String memberHost, int memberPort) {
    if (memberHost.isBlank()) {
      throw new IllegalArgumentException("cluster host must not be empty");
    }
    if (memberPort < 0 || memberPort > MAX_PORT) {
      throw new IllegalArgumentException(
          "cluster port must be 0.." + MAX_PORT + ", not " + memberPort);
    }
    return new ClusterConfig(join, name, memberHost, memberPort, joinDeadline);
  }

  /**
   * The same under another name. Members of another name do not join; the name keeps clusters apart
   * that nobody meant to connect, it is no secret.
   *
   * @param clusterName 1 to 63 letters, digits and {@code . _ -}
   * @return a new configuration
   * @throws IllegalArgumentException if it has another form
   */
  public ClusterConfig named(String clusterName) {
    if (!NAME.matcher(Objects.requireNonNull(clusterName, "clusterName")).matches()) {
      throw new IllegalArgumentException(
          "cluster name must be 1..63 letters, digits and . _ -, not \"" + clusterName + "\"");
    }
    return new ClusterConfig(join, clusterName, host, port, joinDeadline);
  }

  /**
   * The same with another deadline for joining. It passes only where an address answers and is no
   * member, or is one that cannot take another one in; the process does not start then. It says so
   * up to 12 s after the deadline: so long Hazelcast asks such an address whether it may go on
   * without it.
   *
   * @param deadline 1 s to 300 s, whole seconds count; 15 s by default
   * @return a new configuration
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public ClusterConfig joinDeadline(Duration deadline) {
    if (deadline.compareTo(Duration.ofSeconds(1)) < 0 || deadline.compareTo(LONGEST_JOIN) > 0) {
      throw new IllegalArgumentException("joinDeadline must be 1 s..300 s, not " + deadline);
    }
    return new ClusterConfig(join, name, host, port, deadline);
  }

  /**
   * How long joining may take.
   *
   * @return 1 s to 300 s
   */
  public Duration joinDeadline() {
    return joinDeadline;
  }

  /**
   * Whom to join.
   *
   * @return {@code host:port} each
   */
  public List<String> members() {
    return join;
  }

  /**
   * The cluster's name.
   *
   * @return 1 to 63 characters
   */
  public String name() {
    return name;
  }

  /**
   * Where to bind the member port.
   *
   * @param controlHost what to answer if {@link #bind} was not called
   * @return a host name or address
   */
  public String hostOr(String controlHost) {
    return host.isEmpty() ? controlHost : host;
  }

  /**
   * Which port to bind.
   *
   * @return 0 to 65535; 0 picks one
   */
  public int port() {
    return port;
  }

  /** Returns the name and the addresses to join. */
  @Override
  public String toString() {
    return "ClusterConfig[" + name + ", join=" + join + "]";
  }

  private static void check(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "member to join must be HOST:PORT or [IPV6]:PORT, not \"" + address + "\"");
    }
    int memberPort = Integer.parseInt(matcher.group(1));
    if (memberPort < 1 || memberPort > MAX_PORT) {
      throw new IllegalArgumentException(
          "port of a member to join must be 1.." + MAX_PORT + ", not " + memberPort);
    }
  }
}
