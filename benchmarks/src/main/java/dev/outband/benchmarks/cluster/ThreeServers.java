package dev.outband.benchmarks.cluster;

import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.client.OutbandClientBuilder;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A cluster of three server processes that serve one folder, and clients of them. */
final class ThreeServers implements AutoCloseable {

  static final int COUNT = 3;

  private final Path root;
  private final CertificateAuthority authority;
  private final List<Serving> servers = new ArrayList<>();
  private final AtomicInteger clients = new AtomicInteger();

  private ThreeServers(Path root, CertificateAuthority authority) {
    this.root = root;
    this.authority = authority;
  }

  /** Makes a trust domain and the folder that is served in an empty one, and starts. */
  static ThreeServers start(Path folder) throws Exception {
    ThreeServers three =
        new ThreeServers(
            Files.createDirectory(folder.resolve("root")),
            CertificateAuthority.create(folder.resolve("pki")));
    try {
      for (int i = 0; i < COUNT; i++) {
        Path identity = three.authority.issueServer("server-" + i, List.of("127.0.0.1"));
        three.servers.add(new Serving(three.root, identity));
        three.start(i);
      }
      return three;
    } catch (Exception | Error e) {
      three.close();
      throw e;
    }
  }

  /** The folder that they serve. */
  Path root() {
    return root;
  }

  Serving server(int index) {
    return servers.get(index);
  }

  /** Starts one, which joins the others. */
  void start(int index) throws Exception {
    List<String> others =
        IntStream.range(0, servers.size())
            .filter(i -> i != index)
            .mapToObj(i -> servers.get(i).member())
            .toList();
    servers.get(index).start(others);
  }

  /** A client of a new identity that asks one server as long as that is up, then the others. */
  OutbandClient clientOf(int first) throws Exception {
    return builder(first, Balance.GIVEN_ORDER).connect();
  }

  /** A client of a new identity that balances over all. */
  OutbandClient client() throws Exception {
    return builder(0, Balance.LEAST_LOADED).connect();
  }

  /** The same, whose connections end soon when they are idle. */
  OutbandClient clientThatKeepsNothing() throws Exception {
    return builder(0, Balance.LEAST_LOADED).keepAlive(Duration.ZERO).connect();
  }

  private OutbandClientBuilder builder(int first, Balance balance) throws Exception {
    String[] order =
        IntStream.range(0, COUNT)
            .mapToObj(i -> servers.get((first + i) % COUNT).control())
            .toArray(String[]::new);
    Path identity = authority.issueClient("client-" + clients.incrementAndGet());
    return OutbandClient.builder()
        .identity(Identity.load(identity))
        .servers(order)
        .balance(balance);
  }

  @Override
  public void close() {
    servers.forEach(Serving::close);
  }
}
