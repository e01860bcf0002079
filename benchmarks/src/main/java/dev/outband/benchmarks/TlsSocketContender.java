package dev.outband.benchmarks;

import dev.outband.security.Identity;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS 1.3 by the JDK's {@link SSLSocket}, AES-256-GCM, certificates at both ends. */
final class TlsSocketContender implements Contender {
  static final String NAME = "ssl-socket";
  private static final String[] CIPHERS = {"TLS_AES_256_GCM_SHA384"};
  private static final int BUFFER_BYTES = 256 << 10;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.SECURED;
  }

  @Override
  public String description() {
    return "JDK `SSLSocket`, TLS 1.3, TLS_AES_256_GCM_SHA384, client certificate, 256 KiB buffers"
        + " at both ends";
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    Identity identity = ThrowAwayDomain.server(workplace.pki());
    SSLServerSocket server =
        (SSLServerSocket) identity.sslContext().getServerSocketFactory().createServerSocket();
    SSLParameters parameters = identity.serverParameters();
    parameters.setCipherSuites(CIPHERS);
    server.setSSLParameters(parameters);
    server.bind(Loopback.anyPort());
    return SocketSender.start(workplace, server, TlsSocketContender::feed);
  }

  private static SocketSender.Feed feed(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
    byte[] array = new byte[BUFFER_BYTES];
    return file -> {
      while (file.read(direct.clear()) >= 0) {
        int bytes = direct.flip().remaining();
        direct.get(array, 0, bytes);
        out.write(array, 0, bytes);
      }
    };
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws IOException {
    Identity identity = ThrowAwayDomain.client(workplace.pki());
    SSLSocket socket = (SSLSocket) identity.sslContext().getSocketFactory().createSocket();
    SSLParameters parameters = identity.clientParameters();
    parameters.setCipherSuites(CIPHERS);
    socket.setSSLParameters(parameters);
    socket.setTcpNoDelay(true);
    socket.connect(Loopback.parse(address));
    socket.startHandshake();
    return new Receiver(socket);
  }

  /** One connection, one array. */
  private static final class Receiver implements ReceivingEnd {
    private final Socket socket;
    private final DataOutputStream requests;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private Receiver(Socket socket) throws IOException {
      this.socket = socket;
      requests = new DataOutputStream(socket.getOutputStream());
      in = socket.getInputStream();
    }

    @Override
    public long fetch(long bytes, Drain drain) throws IOException {
      requests.writeLong(bytes);
      long left = bytes;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new EOFException(
              "the sender closed the connection with " + left + " bytes to come");
        }
        drain.accept(ByteBuffer.wrap(buffer, 0, read));
        left -= read;
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
