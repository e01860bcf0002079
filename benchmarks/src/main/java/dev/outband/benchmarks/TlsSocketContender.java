package dev.outband.benchmarks;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.3 by the JDK's {@link SSLSocket}, AES-256-GCM, certificates at both ends. The file is mapped, which is the
 * cheapest way into the heap array that {@code SSLSocket} wants.
 */
final class TlsSocketContender implements Contender {
  static final String NAME = "ssl-socket";
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] CIPHERS = {"TLS_AES_256_GCM_SHA384"};
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long MAP_BYTES = 1L << 30;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "JDK `SSLSocket`, TLS 1.3, TLS_AES_256_GCM_SHA384, client certificate, 256 KiB heap buffers, file mapped";
  }

  @Override
  public SendingEnd send(Workplace workplace) throws Exception {
    SSLContext context = ThrowAwayDomain.serverContext(workplace.pki());
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
    server.setEnabledProtocols(PROTOCOLS);
    server.setEnabledCipherSuites(CIPHERS);
    server.setNeedClientAuth(true);
    server.bind(Loopback.anyPort());
    return SocketSender.start(workplace, server, TlsSocketContender::feed);
  }

  private static SocketSender.Feed feed(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    return file -> copyAll(file, out, buffer);
  }

  private static void copyAll(FileChannel file, OutputStream out, byte[] buffer) throws IOException {
    long size = file.size();
    for (long position = 0; position < size; position += MAP_BYTES) {
      ByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, position, Math.min(MAP_BYTES, size - position));
      while (mapped.hasRemaining()) {
        int bytes = Math.min(buffer.length, mapped.remaining());
        mapped.get(buffer, 0, bytes);
        out.write(buffer, 0, bytes);
      }
    }
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    SSLContext context = ThrowAwayDomain.clientContext(workplace.pki());
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    socket.setEnabledProtocols(PROTOCOLS);
    socket.setEnabledCipherSuites(CIPHERS);
    socket.setTcpNoDelay(true);
    socket.connect(Loopback.parse(address));
    socket.startHandshake();
    return new Receiver(workplace, socket);
  }

  /** One connection, one array. */
  private static final class Receiver implements ReceivingEnd {
    private final Workplace workplace;
    private final Socket socket;
    private final DataOutputStream requests;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private Receiver(Workplace workplace, Socket socket) throws IOException {
      this.workplace = workplace;
      this.socket = socket;
      requests = new DataOutputStream(socket.getOutputStream());
      in = socket.getInputStream();
    }

    @Override
    public long fetch(long bytes) throws IOException {
      requests.writeLong(bytes);
      try (Drain drain = workplace.drain()) {
        long left = bytes;
        while (left > 0) {
          int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
          if (read < 0) {
            throw new EOFException("the sender closed the connection with " + left + " bytes to come");
          }
          drain.accept(ByteBuffer.wrap(buffer, 0, read));
          left -= read;
        }
        drain.finish();
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
