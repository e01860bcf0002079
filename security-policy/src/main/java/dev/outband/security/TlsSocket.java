package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/**
 * What RMI is given for a socket: TLS over a connected one, with {@link MeteredStreams}. The TLS
 * layer never closes the connection below it; that is done here, so that an alert is not lost to a
 * reset and a close never waits for the peer.
 */
// Every call is passed on; a close that took the lock could wait for another call.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
class TlsSocket extends Socket {
  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

  /** A busy peer may collect garbage for longer than a second between two pieces of a call. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);

  private static final int DRAIN_BYTES = 64 * 1024;
  private static final int READ_BYTES = 8 * 1024;

  private final RawSocket raw;
  private final Watchdog.Watch watch;
  private volatile boolean established;

  /** Null before TLS is established and after the close. */
  private volatile SSLSocket tls;

  /** As {@link #tls}. */
  private volatile MeteredStreams streams;

  /** As {@link #tls}. */
  private volatile PingAnswer pings;

  TlsSocket(RawSocket raw, Watchdog watchdog) {
    this.raw = raw;
    this.watch = watchdog.watch(raw);
  }

  final RawSocket raw() {
    return raw;
  }

  final Watchdog.Watch watch() {
    return watch;
  }

  final boolean isEstablished() {
    return established;
  }

  /** Opens the streams for RMI, once the peer is verified. */
  final void establish(SSLSocket verified, ControlLimits limits, MeteredStreams.Budget budget)
      throws IOException {
    raw.proven();
    raw.setTcpNoDelay(true);
    raw.setSoTimeout(Math.toIntExact(limits.readTimeout().toMillis()));
    tls = verified;
    streams =
        new MeteredStreams(
            verified.getInputStream(), verified.getOutputStream(), watch, limits, budget);
    pings = new PingAnswer(streams, raw.getInputStream());
    established = true;
  }

  /**
   * Ends a connection on which one end has refused the other. Closing it with bytes unread would
   * send a reset, which could overtake the alert or the verdict, so they are read first, for a
   * second at most.
   */
  final void endPolitely() {
    watch.arm(GOODBYE_LIMIT);
    try {
      raw.shutdownOutput();
      raw.getInputStream().readNBytes(DRAIN_BYTES);
    } catch (IOException e) {
      // The peer did not wait for it.
    }
  }

  /**
   * Says good-bye and reads what the peer still sends, without keeping it, so that what was written
   * is not lost to the reset that closing with bytes unread would send. Ends when the peer closes,
   * is silent for five seconds, has sent so many bytes, or so much time is over; and when somebody
   * else closes the connection.
   */
  final void hearOut(long mostBytes, Duration most) {
    SSLSocket current = tls;
    if (current == null || raw.isClosed()) {
      return;
    }
    // This end may be busy, too, and to cut it off here would lose the answer.
    watch.arm(SILENCE_LIMIT);
    try {
      current.shutdownOutput();
      raw.shutdownOutput();
      raw.setSoTimeout(Math.toIntExact(SILENCE_LIMIT.toMillis()));
      watch.arm(most.compareTo(GOODBYE_LIMIT) < 0 ? GOODBYE_LIMIT : most);
      InputStream in = raw.getInputStream();
      byte[] ignored = new byte[READ_BYTES];
      long left = mostBytes;
      while (left > 0) {
        int count = in.read(ignored);
        left = count < 0 ? 0 : left - count;
      }
    } catch (IOException e) {
      // The peer did not wait for it, or has nothing more to say.
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new ReplyInput(streams(), required(pings));
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return required(pings).output();
  }

  final MeteredStreams streams() throws SocketException {
    return required(streams);
  }

  private <T> T required(T current) throws SocketException {
    if (current == null) {
      throw new SocketException(established ? "closed" : "TLS is not established");
    }
    return current;
  }

  /**
   * Says good-bye within a second if the handshake is done, and closes. Idempotent. A thread that
   * writes meanwhile has no longer, either. Forgets the TLS layer, whose buffers would stay in
   * memory for as long as RMI's idle thread remembers the socket that it served last: for a minute.
   */
  @Override
  public void close() throws IOException {
    SSLSocket current = tls;
    try {
      if (current != null && !raw.isOutputShutdown() && !raw.isClosed()) {
        watch.armLast(GOODBYE_LIMIT);
        current.shutdownOutput();
      }
    } catch (IOException e) {
      // The peer is gone; it needs no good-bye.
    } finally {
      watch.end();
      tls = null;
      streams = null;
      pings = null;
      raw.close();
    }
  }

  @Override
  public InetAddress getInetAddress() {
    return raw.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return raw.getLocalAddress();
  }

  @Override
  public int getPort() {
    return raw.getPort();
  }

  @Override
  public int getLocalPort() {
    return raw.getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return raw.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return raw.getLocalSocketAddress();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    raw.setTcpNoDelay(on);
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    raw.setKeepAlive(on);
  }

  @Override
  public void setSoTimeout(int timeoutMs) throws SocketException {
    raw.setSoTimeout(timeoutMs);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return raw.getSoTimeout();
  }

  @Override
  public boolean isConnected() {
    return raw.isConnected();
  }

  @Override
  public boolean isBound() {
    return raw.isBound();
  }

  @Override
  public boolean isClosed() {
    return raw.isClosed();
  }

  @Override
  public String toString() {
    return "TlsSocket[" + raw.getRemoteSocketAddress() + "]";
  }
}
