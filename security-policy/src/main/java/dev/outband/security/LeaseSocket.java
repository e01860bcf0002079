package dev.outband.security;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HexFormat;

/**
 * What RMI's distributed garbage collector gets instead of a connection when it wants to give up a
 * lease that it never had: a success that was written beforehand. Refused, it would keep a thread
 * for each client for another quarter of an hour.
 */
final class LeaseSocket extends Socket {
  /**
   * Protocol accepted, host "", port 0; then the return of a void method: 14 bytes name the call.
   */
  private static final byte[] SUCCESS =
      HexFormat.of()
          .parseHex(
              "4e" + "0000" + "00000000" + "51" + "aced0005" + "770f" + "01" + "00".repeat(14));

  private static final String COLLECTOR = "sun.rmi.transport.DGCClient";

  private final InputStream answer = new ByteArrayInputStream(SUCCESS);
  private final OutputStream ignored = OutputStream.nullOutputStream();

  /** Whether the garbage collector's own code runs on this thread. */
  static boolean isWanted() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(COLLECTOR)));
  }

  @Override
  public InputStream getInputStream() {
    return answer;
  }

  @Override
  public OutputStream getOutputStream() {
    return ignored;
  }

  // The rest would make the operating system open a socket.

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setSoTimeout(int timeoutMs) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }
}
