package dev.outband.fuzz.jrmp;

import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.server.OutbandServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSessionContext;

/** A server in this JVM, of a trust domain of its own, and the ports that nobody should dial. */
final class Scene implements AutoCloseable {
  /** What a hostile client remembers is no matter of the server's, though it lies on one heap. */
  private static final int SESSIONS = 4;

  private static final int RESUMED_FOR_S = 1;

  private final Identity honest;
  private final List<Identity> hostile = new ArrayList<>();
  private final OutbandServer server;
  private final Addresses addresses;
  private final Trap stubs;
  private final Trap codebase;

  private Scene(
      Identity honest, OutbandServer server, Addresses addresses, Trap stubs, Trap codebase) {
    this.honest = honest;
    this.server = server;
    this.addresses = addresses;
    this.stubs = stubs;
    this.codebase = codebase;
  }

  /**
   * Starts all that is needed.
   *
   * @param folder for the trust domain; does not exist yet
   * @param clients how many hostile ones
   */
  static Scene open(Path folder, int clients) throws Exception {
    CertificateAuthority pki = CertificateAuthority.create(folder);
    Identity self = Identity.load(pki.issueServer("shelves", List.of("127.0.0.1")));
    Identity honest = Identity.load(pki.issueClient("honest"));
    OutbandServer server =
        OutbandServer.builder()
            .identity(self)
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .controlLimits(ControlLimits.defaults().withReadTimeout(Duration.ofSeconds(20)))
            .start();
    server.export(Addresses.SHELF, Shelf.class, new Shelf.Bare());
    Addresses addresses = Addresses.ask(honest, server.controlAddress().getPort());
    Scene scene =
        new Scene(honest, server, addresses, new Trap("trap-stubs"), new Trap("trap-codebase"));
    for (int i = 0; i < clients; i++) {
      Identity mallory = Identity.load(pki.issueClient("mallory-" + i));
      SSLSessionContext sessions = mallory.sslContext().getClientSessionContext();
      sessions.setSessionCacheSize(SESSIONS);
      sessions.setSessionTimeout(RESUMED_FOR_S);
      scene.hostile.add(mallory);
    }
    return scene;
  }

  List<Stream> corpus() throws Exception {
    return Corpus.of(
        addresses, stubs.port(), "http://127.0.0.1:" + codebase.port() + "/classes.jar");
  }

  int port() {
    return server.controlAddress().getPort();
  }

  Addresses addresses() {
    return addresses;
  }

  Identity honest() {
    return honest;
  }

  List<Identity> hostile() {
    return hostile;
  }

  long stubsDialed() {
    return stubs.dialed();
  }

  long codebaseDialed() {
    return codebase.dialed();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
    stubs.close();
    codebase.close();
  }
}
