package dev.outband.transport;

import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data connection at the dialer's end that waits for its next transmission. Nothing of the one
 * before is left in it; whatever comes or happens meanwhile ends it.
 */
final class WarmSession implements SideSession, WaitingConnections.Waiting {

  private static final Logger LOG = LoggerFactory.getLogger(WarmSession.class);

  private final WaitingConnections<WarmSession> warm;
  private final Connection connection;
  private final InetSocketAddress peer;

  WarmSession(WaitingConnections<WarmSession> warm, Connection connection, InetSocketAddress peer) {
    this.warm = warm;
    this.connection = connection;
    this.peer = peer;
  }

  /** Lets the next transmission find the connection, for a while. */
  void start(long ns) {
    if (!connection.isBetweenFrames() || !warm.add(this)) {
      connection.close();
      return;
    }
    connection.use(this);
    connection.deadlineIn(ns);
    connection.interest(SelectionKey.OP_READ);
  }

  @Override
  public Connection connection() {
    return connection;
  }

  InetSocketAddress peer() {
    return peer;
  }

  /** Whether both lead to the same address. */
  boolean isBeside(WarmSession other) {
    return peer.equals(other.peer);
  }

  @Override
  public void progressed(int count) {
    end("bytes came that nobody asked for");
  }

  @Override
  public void received(byte[] frame, int frameBytes) {
    end("a frame came that nobody asked for");
  }

  @Override
  public void overdue() {
    end("it was not used");
  }

  @Override
  public void end(String why) {
    LOG.debug("a warm data connection ends, peer={}, reason={}", peer, why);
    connection.close();
  }

  @Override
  public void closed() {
    warm.forget(this);
  }
}
