package dev.outband.security;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of a process's control connections; all finite.
 *
 * @param connectDeadline how long a client takes to connect, name resolution apart; 5 s by default
 * @param handshakeDeadline how long TLS and the server's verdict may take in all, at either end; 60
 *     s by default, because a hundred JVMs that start at once on two cores take that long
 * @param readTimeout how long one read may take, and all reads of one message: at a server the time
 *     for which a connection may be idle, at a client the time for which a call may run; 60 s by
 *     default, which is more than the 30 s for which RMI keeps idle connections; at a server less
 *     than 15 s would have clients shake hands again and again. Of an object that comes {@linkplain
 *     BytesAhead ahead} of a reply each 64 KiB are as a message
 * @param writeDeadline how long one write may take, at either end, and 64 KiB of an object that
 *     goes ahead of a reply; 60 s by default
 * @param connections how many connections a control port holds
 * @param callBytes how many bytes of calls it holds in memory; longer calls than that are refused,
 *     too, with {@code LIMIT_EXCEEDED}
 * @param maxMessageBytes the longest call or reply, without what comes ahead of it; 16 MiB by
 *     default, since what is larger travels beside RMI. A longer call is refused with {@code
 *     LIMIT_EXCEEDED}
 */
public record ControlLimits(
    Duration connectDeadline,
    Duration handshakeDeadline,
    Duration readTimeout,
    Duration writeDeadline,
    ConnectionCounts connections,
    CallBytes callBytes,
    long maxMessageBytes) {

  private static final Duration LONGEST = Duration.ofHours(24);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a duration is not in 1 ms to 24 h, or a number is less than
   *     1
   */
  public ControlLimits {
    check("connectDeadline", connectDeadline);
    check("handshakeDeadline", handshakeDeadline);
    check("readTimeout", readTimeout);
    check("writeDeadline", writeDeadline);
    Objects.requireNonNull(connections, "connections");
    Objects.requireNonNull(callBytes, "callBytes");
    check("maxMessageBytes", maxMessageBytes);
  }

  /** The defaults. */
  public static ControlLimits defaults() {
    Duration minute = Duration.ofSeconds(60);
    return new ControlLimits(
        Duration.ofSeconds(5),
        minute,
        minute,
        minute,
        ConnectionCounts.defaults(),
        CallBytes.defaults(),
        16L << 20);
  }

  /** The same with another connect deadline. */
  public ControlLimits withConnectDeadline(Duration limit) {
    return new ControlLimits(
        limit,
        handshakeDeadline,
        readTimeout,
        writeDeadline,
        connections,
        callBytes,
        maxMessageBytes);
  }

  /** The same with another handshake deadline. */
  public ControlLimits withHandshakeDeadline(Duration limit) {
    return new ControlLimits(
        connectDeadline,
        limit,
        readTimeout,
        writeDeadline,
        connections,
        callBytes,
        maxMessageBytes);
  }

  /** The same with another read timeout. */
  public ControlLimits withReadTimeout(Duration limit) {
    return new ControlLimits(
        connectDeadline,
        handshakeDeadline,
        limit,
        writeDeadline,
        connections,
        callBytes,
        maxMessageBytes);
  }

  /** The same with another write deadline. */
  public ControlLimits withWriteDeadline(Duration limit) {
    return new ControlLimits(
        connectDeadline,
        handshakeDeadline,
        readTimeout,
        limit,
        connections,
        callBytes,
        maxMessageBytes);
  }

  /** The same with other numbers of connections. */
  public ControlLimits withConnections(ConnectionCounts most) {
    return new ControlLimits(
        connectDeadline,
        handshakeDeadline,
        readTimeout,
        writeDeadline,
        most,
        callBytes,
        maxMessageBytes);
  }

  /** The same with another number of connections in all. */
  public ControlLimits withMaxConnections(int most) {
    return withConnections(
        new ConnectionCounts(
            most,
            connections.perPrincipal(),
            connections.handshakes(),
            connections.handshakesPerAddress()));
  }

  /** The same with other limits of bytes in memory. */
  public ControlLimits withCallBytes(CallBytes most) {
    return new ControlLimits(
        connectDeadline,
        handshakeDeadline,
        readTimeout,
        writeDeadline,
        connections,
        most,
        maxMessageBytes);
  }

  /** The same with another length of calls and replies. */
  public ControlLimits withMaxMessageBytes(long most) {
    return new ControlLimits(
        connectDeadline,
        handshakeDeadline,
        readTimeout,
        writeDeadline,
        connections,
        callBytes,
        most);
  }

  private static void check(String name, Duration limit) {
    if (limit.compareTo(Duration.ofMillis(1)) < 0 || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms..24 h, not " + limit);
    }
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
