package dev.outband.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.commons.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a process accepts data connections: one port for all its receptions. Also watches over
 * their expiry.
 */
final class DataPort implements EventLoop.Handler {

  /** As many as Linux takes at most unless it is told otherwise: a flood must not fill it. */
  private static final int BACKLOG = 4096;

  private static final int ACCEPTS_A_TURN = 64;
  private static final Logger LOG = LoggerFactory.getLogger(DataPort.class);

  private final DataPlane plane;
  private final ServerSocketChannel server;
  private SelectionKey resting;

  DataPort(DataPlane plane, InetSocketAddress bind) throws IOException {
    this.plane = plane;
    this.server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(bind, BACKLOG);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeQuietly(server);
      throw e;
    }
  }

  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) server.getLocalAddress();
  }

  void register(EventLoop loop) throws IOException {
    loop.register(server, SelectionKey.OP_ACCEPT, this);
  }

  @Override
  public void ready(SelectionKey key, int operations) throws IOException {
    for (int turn = 0; turn < ACCEPTS_A_TURN; turn++) {
      SocketChannel channel = acceptOne(key);
      if (channel == null) {
        return;
      }
      admit(channel);
    }
  }

  private void admit(SocketChannel channel) {
    EventLoop loop = plane.nextLoop();
    Connection connection = new Connection(loop, channel);
    ListenerSession session = ListenerSession.first(plane, connection);
    if (plane.unproven().add(session)) {
      loop.execute(() -> serve(connection, session));
    } else {
      connection.close();
    }
  }

  /**
   * Out of descriptors, the port stays ready and fails at once: it takes a rest until the next
   * tick.
   */
  private SocketChannel acceptOne(SelectionKey key) {
    try {
      return server.accept();
    } catch (IOException e) {
      LOG.warn("a data connection could not be accepted, reason={}", e.toString());
      key.interestOps(0);
      resting = key;
      return null;
    }
  }

  private static void serve(Connection connection, ListenerSession session) {
    try {
      connection.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      session.start();
    } catch (IOException | RuntimeException e) {
      LOG.debug("a data connection could not be served, reason={}", e.toString());
      connection.close();
    }
  }

  @Override
  public void tick(long nowNs) {
    plane.registry().expire(nowNs);
    if (resting != null) {
      resting.interestOps(SelectionKey.OP_ACCEPT);
      resting = null;
    }
  }

  @Override
  public boolean needsTick() {
    return resting != null || plane.registry().isToBeWatched();
  }

  @Override
  public void abandon(Throwable why) {
    IOUtils.closeQuietly(server);
    if (!(why instanceof IOException)) {
      LOG.error("the data port failed", why);
    }
  }
}
