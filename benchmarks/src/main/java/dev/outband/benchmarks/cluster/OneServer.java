package dev.outband.benchmarks.cluster;

import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server process that is in no cluster, so that its clients know no other way to it. */
final class OneServer implements AutoCloseable {

  /** A client may crash while its data connection opens, too. */
  private static final int OPENING_SECONDS = 5;

  private final Path root;
  private final Path client;
  private final DiagnosedJvm jvm;
  private final Serving serving;

  private OneServer(Path root, Path client, DiagnosedJvm jvm, Serving serving) {
    this.root = root;
    this.client = client;
    this.jvm = jvm;
    this.serving = serving;
  }

  /** Makes a trust domain and the folder that is served in an empty one, and starts. */
  static OneServer start(Path folder, int idleDeadlineSeconds) throws Exception {
    Path root = Files.createDirectory(folder.resolve("one-root"));
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("one-pki"));
    Serving serving =
        new Serving(
            root,
            authority.issueServer("server", List.of("127.0.0.1")),
            List.of(
                "--idle-deadline",
                Integer.toString(idleDeadlineSeconds),
                "--opening-deadline",
                Integer.toString(OPENING_SECONDS)));
    try {
      serving.startAlone();
      DiagnosedJvm jvm = DiagnosedJvm.of(serving.pid());
      return new OneServer(root, authority.issueClient("client"), jvm, serving);
    } catch (Exception | Error e) {
      serving.close();
      throw e;
    }
  }

  /** The folder that it serves. */
  Path root() {
    return root;
  }

  /** The folder of an identity for clients. */
  Path client() {
    return client;
  }

  OutbandClient connect() throws IOException, TransferException {
    return OutbandClient.builder()
        .identity(Identity.load(client))
        .servers(serving.control())
        .connect();
  }

  InetSocketAddress control() {
    return loopback(serving.control());
  }

  InetSocketAddress data() {
    return loopback(serving.data());
  }

  private static InetSocketAddress loopback(String address) {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** What it has logged. */
  List<String> output() {
    return serving.output();
  }

  ServerHoldings holdings() throws IOException {
    return ServerHoldings.of(jvm, root);
  }

  /** What can be seen at once of the same. */
  boolean holdsNoMoreThan(ServerHoldings before) throws IOException {
    return ServerHoldings.countDescriptors(jvm.pid()) <= before.descriptorCount()
        && ServerHoldings.temporaries(root) <= before.temporaries();
  }

  /** Whether those connections are gone that came after that. */
  boolean holdsNoMoreSocketsThan(ServerHoldings before) {
    try {
      return ServerHoldings.countSockets(jvm.pid()) <= before.sockets();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    serving.close();
  }
}
