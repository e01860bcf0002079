package dev.outband.testkit;

import dev.outband.api.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Carries one direction of one proxied connection through its filter. Runs on a thread of its own.
 */
final class Pump implements Runnable, Filter.Outlet {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final ProxiedConnection connection;
  private final Direction direction;
  private final Socket from;
  private final Socket to;
  private final Filter filter;
  private final BooleanSupplier isSilent;

  Pump(
      ProxiedConnection connection,
      Direction direction,
      Socket from,
      Socket to,
      BooleanSupplier isSilent) {
    this.connection = connection;
    this.direction = direction;
    this.from = from;
    this.to = to;
    this.isSilent = isSilent;
    this.filter = connection.plan().fault(direction).newFilter();
  }

  @Override
  public void run() {
    try {
      forward();
    } catch (IOException e) {
      // The connection is over in this direction: cut by the plan, or the receiving end has gone.
      if (isSilent.getAsBoolean()) {
        connection.awaitAbandonment();
      } else if (connection.isCut()) {
        drain();
      }
    } finally {
      connection.ended(direction);
    }
  }

  private void forward() throws IOException {
    InputStream in = from.getInputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = readOrReset(in, buffer); count >= 0; count = readOrReset(in, buffer)) {
      connection.record(direction, buffer, count);
      filter.take(buffer, count, this);
    }
    filter.end(this);
    Sockets.shutdownOutput(to);
  }

  /** A sender that was lost is lost to the receiver, too, unless nobody is to hear anything. */
  private int readOrReset(InputStream in, byte[] buffer) throws IOException {
    try {
      int count = read(in, buffer);
      if (isSilent.getAsBoolean()) {
        throw new IOException("the proxy has fallen silent");
      }
      return count;
    } catch (IOException e) {
      if (!connection.isCut() && !isSilent.getAsBoolean()) {
        Sockets.reset(to);
      }
      throw e;
    }
  }

  /** Reads, and meanwhile lets pass what the filter holds back, when its time has come. */
  private int read(InputStream in, byte[] buffer) throws IOException {
    while (true) {
      long dueNs = filter.dueNs();
      if (dueNs == Long.MAX_VALUE) {
        from.setSoTimeout(0);
        return in.read(buffer);
      }
      long leftMs = (dueNs - System.nanoTime()) / 1_000_000;
      try {
        from.setSoTimeout((int) Math.max(1, Math.min(Integer.MAX_VALUE, leftMs)));
        return in.read(buffer);
      } catch (SocketTimeoutException e) {
        filter.passDue(this);
      }
    }
  }

  /**
   * After a cut by FIN: a socket that is closed while it has unread bytes would send a reset
   * instead.
   */
  private void drain() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      int count = in.read(buffer);
      while (count >= 0) {
        connection.record(direction, buffer, count);
        count = in.read(buffer);
      }
    } catch (IOException e) {
      // Nobody sends any more, which is all that was waited for.
      Sockets.close(from);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    OutputStream out = to.getOutputStream();
    out.write(bytes, offset, count);
  }

  @Override
  public void cut(CutBy how) throws IOException {
    connection.cut(how);
    throw new IOException("cut by " + how);
  }

  @Override
  public void pauseUntil(long timeNs) throws IOException {
    connection.pauseUntil(timeNs);
  }

  @Override
  public void stall() throws IOException {
    connection.awaitEndOfOther(direction);
  }
}
