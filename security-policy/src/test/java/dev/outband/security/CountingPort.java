package dev.outband.security;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.rmi.server.RMIServerSocketFactory;
import java.util.concurrent.atomic.AtomicLong;

/** A control port that counts what RMI reads from its connections. */
final class CountingPort implements RMIServerSocketFactory {
  private final ControlPort port;
  private final AtomicLong read = new AtomicLong();

  CountingPort(ControlPort port) {
    this.port = port;
  }

  /** How many bytes RMI has read since the last time. */
  long read() {
    return read.getAndSet(0);
  }

  @Override
  public ServerSocket createServerSocket(int number) throws IOException {
    return new Counting(port.createServerSocket(number));
  }

  private final class Counting extends ServerSocket {
    private final ServerSocket acceptor;

    Counting(ServerSocket acceptor) throws IOException {
      this.acceptor = acceptor;
    }

    @Override
    public Socket accept() throws IOException {
      return new Counted(acceptor.accept());
    }

    @Override
    public int getLocalPort() {
      return acceptor.getLocalPort();
    }

    @Override
    public boolean isClosed() {
      return acceptor.isClosed();
    }

    @Override
    public void close() throws IOException {
      acceptor.close();
    }
  }

  // Every call is passed on; a close that took the lock could wait for another call.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private final class Counted extends Socket {
    private final Socket accepted;

    Counted(Socket accepted) {
      this.accepted = accepted;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new CountedInput(accepted.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return accepted.getOutputStream();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws java.net.SocketException {
      accepted.setTcpNoDelay(on);
    }

    @Override
    public void setSoTimeout(int timeoutMs) throws java.net.SocketException {
      accepted.setSoTimeout(timeoutMs);
    }

    @Override
    public InetAddress getInetAddress() {
      return accepted.getInetAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
      return accepted.getRemoteSocketAddress();
    }

    @Override
    public int getPort() {
      return accepted.getPort();
    }

    @Override
    public int getLocalPort() {
      return accepted.getLocalPort();
    }

    @Override
    public boolean isClosed() {
      return accepted.isClosed();
    }

    @Override
    public void close() throws IOException {
      accepted.close();
    }
  }

  private final class CountedInput extends FilterInputStream {
    CountedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      read.addAndGet(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      read.addAndGet(Math.max(0, count));
      return count;
    }
  }
}
