package dev.outband.security;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.HexFormat;

/**
 * What RMI's distributed garbage collector gets instead of a connection when it wants to give up a
 * lease that it never had: a success that was written beforehand. Refused, it would keep a thread
 * for each client for another quarter of an hour.
 *
 * <p>RMI keeps the connection for later, and for 5 ms takes it for alive without asking. A call
 * that is made over it has a connection opened, as it would have had in its place.
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

  /** Magic, version, several operations for the connection. */
  private static final byte[] HEADER = HexFormat.of().parseHex("4a524d49" + "0002" + "4b");

  /** Host "", port 0: what RMI writes next, and nobody uses. */
  private static final byte[] NO_ENDPOINT = new byte[Short.BYTES + Integer.BYTES];

  private static final int ACCEPTED = 0x4e;

  private final InputStream answer = new ByteArrayInputStream(SUCCESS);
  private final Opener opener;

  /** Null until a call is made over it. One thread at a time uses a connection. */
  private Socket real;

  /** Dials. */
  @FunctionalInterface
  interface Opener {
    /** A proven connection, of which RMI has read and written nothing. */
    Socket open() throws IOException;
  }

  LeaseSocket(Opener opener) {
    this.opener = opener;
  }

  /** Whether the garbage collector's own code runs on this thread. */
  static boolean isWanted() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(COLLECTOR)));
  }

  @Override
  public InputStream getInputStream() {
    return new Input();
  }

  @Override
  public OutputStream getOutputStream() {
    return new Output();
  }

  @Override
  public synchronized void close() throws IOException {
    super.close();
    if (real != null) {
      real.close();
    }
  }

  private synchronized Socket real() {
    return real;
  }

  private synchronized Socket open() throws IOException {
    if (real == null) {
      Socket opened = opener.open();
      try {
        begin(opened);
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      real = opened;
    }
    return real;
  }

  private static void begin(Socket opened) throws IOException {
    opened.getOutputStream().write(HEADER);
    DataInputStream in = new DataInputStream(opened.getInputStream());
    if (in.readByte() != ACCEPTED) {
      throw new ProtocolException("server does not speak JRMP as we do");
    }
    in.skipNBytes(in.readUnsignedShort() + Integer.BYTES);
    opened.getOutputStream().write(NO_ENDPOINT);
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      return in().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in().read(bytes, offset, length);
    }

    private InputStream in() throws IOException {
      Socket current = real();
      return current == null ? answer : current.getInputStream();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Socket current = CallScope.isActive() ? open() : real();
      if (current != null) {
        current.getOutputStream().write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      Socket current = real();
      if (current != null) {
        current.getOutputStream().flush();
      }
    }
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
