package dev.outband.fuzz.jrmp;

import dev.outband.security.Identity;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;

/**
 * A connection of a client that holds a valid certificate and speaks what it likes inside TLS. Not
 * safe for use by several threads.
 */
final class HostileConnection implements Closeable {
  /** No answer for so long means that the server waits for more. */
  private static final int SILENCE_MS = 2;

  private static final int DEADLINE_MS = 10_000;
  private static final int WELCOME = 0;
  private static final int ACCEPTED = 0x4e;

  private final SSLSocket socket;
  private final byte[] buffer = new byte[64 * 1024];

  /** What a stream came to. */
  enum End {
    /** The server dealt with it and goes on with the connection. */
    ANSWERED,
    /** The server closed the connection. */
    CLOSED,
    /** The server did neither within the deadline. */
    NEITHER
  }

  /**
   * An end, and the answers that came before it.
   *
   * @param end the end
   * @param reply the bytes, ISO 8859-1
   */
  record Outcome(End end, String reply) {}

  private HostileConnection(SSLSocket socket) {
    this.socket = socket;
  }

  /** Connects, up to the server's welcome. */
  static HostileConnection open(Identity identity, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) identity.sslContext().getSocketFactory().createSocket("127.0.0.1", port);
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(DEADLINE_MS);
      socket.setSSLParameters(identity.clientParameters());
      socket.startHandshake();
      int verdict = socket.getInputStream().read();
      if (verdict != WELCOME) {
        throw new IOException("not welcome: " + verdict);
      }
      return new HostileConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Begins as RMI does when several operations are to follow. */
  void begin() throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeBytes(Corpus.MAGIC);
    out.writeShort(2);
    out.write(Corpus.STREAM_PROTOCOL);
    out.writeUTF("");
    out.writeInt(0);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int accepted = in.read();
    if (accepted != ACCEPTED) {
      throw new IOException("protocol not accepted: " + accepted);
    }
    String unused = in.readUTF() + in.readInt();
  }

  /**
   * Sends an operation and a call behind it that gives a text back.
   *
   * @param marker the call
   * @param text what it gives back
   */
  Outcome exchange(byte[] operation, byte[] marker, String text) {
    StringBuilder reply = new StringBuilder();
    try {
      byte[] both = Arrays.copyOf(operation, operation.length + marker.length);
      System.arraycopy(marker, 0, both, operation.length, marker.length);
      socket.getOutputStream().write(both);
      socket.setSoTimeout(SILENCE_MS);
      int from = 0;
      while (receive(reply)) {
        if (reply.indexOf(text, from) >= 0) {
          return new Outcome(End.ANSWERED, reply.toString());
        }
        from = Math.max(0, reply.length() - text.length());
      }
      return new Outcome(End.CLOSED, reply.toString());
    } catch (SocketTimeoutException e) {
      return last(new byte[0], reply);
    } catch (IOException e) {
      return new Outcome(End.CLOSED, reply.toString());
    }
  }

  /** Sends bytes and says that no more will come. */
  Outcome last(byte[] bytes) {
    return last(bytes, new StringBuilder());
  }

  private Outcome last(byte[] bytes, StringBuilder reply) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      socket.setSoTimeout(DEADLINE_MS);
      while (receive(reply)) {
        // The end is what counts.
      }
    } catch (SocketTimeoutException e) {
      return new Outcome(End.NEITHER, reply.toString());
    } catch (IOException e) {
      return new Outcome(End.CLOSED, reply.toString());
    }
    return new Outcome(End.CLOSED, reply.toString());
  }

  private boolean receive(StringBuilder reply) throws IOException {
    int count = socket.getInputStream().read(buffer);
    if (count > 0) {
      reply.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    return count >= 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
