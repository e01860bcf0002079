package dev.outband.benchmarks;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending end of the contenders that are a plain socket: a thread a connection, and on each
 * connection any number of requests, which are the length of the wanted file as eight bytes. The
 * answer is the file's bytes and nothing else.
 */
final class SocketSender implements Contender.SendingEnd {

  private static final Logger LOG = LoggerFactory.getLogger(SocketSender.class);

  /** Sends files on one connection, with buffers that live as long as the connection. */
  @FunctionalInterface
  interface Feed {
    /** Sends the file from its first to its last byte. */
    void send(FileChannel file) throws IOException;
  }

  /** Makes a connection's feed. */
  @FunctionalInterface
  interface FeedFactory {
    /** A feed that writes to this socket, which the caller closes. */
    Feed open(Socket socket) throws IOException;
  }

  private final Workplace workplace;
  private final ServerSocket server;
  private final FeedFactory feeds;

  private SocketSender(Workplace workplace, ServerSocket server, FeedFactory feeds) {
    this.workplace = workplace;
    this.server = server;
    this.feeds = feeds;
  }

  /**
   * Starts to accept.
   *
   * @param server bound to loopback; closed with this end
   */
  static SocketSender start(Workplace workplace, ServerSocket server, FeedFactory feeds) {
    SocketSender sender = new SocketSender(workplace, server, feeds);
    thread("bench-accept", sender::acceptAll);
    return sender;
  }

  @Override
  public String address() {
    return Loopback.format(server.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        thread("bench-send", () -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      socket.setTcpNoDelay(true);
      Feed feed = feeds.open(socket);
      DataInputStream requests = new DataInputStream(socket.getInputStream());
      while (true) {
        try (FileChannel file =
            FileChannel.open(workplace.input(requests.readLong()), StandardOpenOption.READ)) {
          feed.send(file);
        }
      }
    } catch (EOFException e) {
      // the receiver has all it wanted
    } catch (IOException e) {
      LOG.warn("connection lost", e);
    }
  }

  private static void thread(String role, Runnable work) {
    Thread thread = new Thread(work, role);
    thread.setDaemon(true);
    thread.start();
  }
}
