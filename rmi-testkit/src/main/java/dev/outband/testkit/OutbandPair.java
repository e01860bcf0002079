package dev.outband.testkit;

import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.server.OutbandServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A server and a client of it in this JVM, on ephemeral loopback ports, in a trust domain of their
 * own.
 *
 * <pre>{@code
 * try (OutbandPair pair = OutbandPair.start(folder)) {
 *   pair.server().export("archive", Archive.class, new ArchiveService(...));
 *   Archive archive = pair.client().lookup("archive", Archive.class);
 *   ...
 * }
 * }</pre>
 *
 * <p>As always in a JVM with Outband, the deserialization of the whole JVM is guarded from the
 * first pair on. Safe for use by several threads.
 */
public final class OutbandPair implements AutoCloseable {

  private static final String SERVER = "server-1";
  private static final String CLIENT = "client-1";

  private final OutbandServer server;
  private final OutbandClient client;

  private OutbandPair(OutbandServer server, OutbandClient client) {
    this.server = server;
    this.client = client;
  }

  /**
   * Makes the trust domain, starts the server and connects the client. Blocks.
   *
   * @param folder where the trust domain is made: empty, or not there yet
   * @return the pair, to be closed by the caller
   * @throws IOException if the folder cannot be written or a port cannot be bound
   * @throws TransferException if the server does not answer
   */
  public static OutbandPair start(Path folder) throws IOException, TransferException {
    TrustDomain domain = TrustDomain.create(folder);
    Identity clientIdentity = domain.client(CLIENT);
    String loopback = InetAddress.getLoopbackAddress().getHostAddress();
    OutbandServer server =
        OutbandServer.builder()
            .identity(domain.server(SERVER))
            .control(loopback, 0)
            .data(loopback, 0)
            .start();
    try {
      return new OutbandPair(server, connect(clientIdentity, server.controlAddress()));
    } catch (IOException | TransferException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static OutbandClient connect(Identity identity, InetSocketAddress control)
      throws IOException, TransferException {
    String address = control.getAddress().getHostAddress() + ":" + control.getPort();
    return OutbandClient.builder().identity(identity).servers(address).connect();
  }

  /**
   * The server.
   *
   * @return the same at every call; closed with the pair
   */
  public OutbandServer server() {
    return server;
  }

  /**
   * The client.
   *
   * @return the same at every call; closed with the pair
   */
  public OutbandClient client() {
    return client;
  }

  /** Closes the client, then the server. Blocks until their threads have ended. Idempotent. */
  @Override
  public void close() {
    client.close();
    server.close();
  }
}
