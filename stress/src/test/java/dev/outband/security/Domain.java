package dev.outband.security;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A trust domain in the run's folder, for a whole run: a server whose files are by turns of two
 * pairs of certificate and key, a client, and one that has left.
 */
final class Domain {

  static final String HOST = "127.0.0.1";

  /** The server's identity. */
  final Path folder;

  final Swapped certificate;
  final Swapped key;
  final Path client;
  final Path leaver;

  /** The list that revokes nobody. */
  final Path before;

  /** The list that revokes whom has left. */
  final Path after;

  private Domain(Path base) throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(base.resolve("pki"));
    Path twin = Files.createDirectory(base.resolve("twin"));
    for (String file : List.of("ca.key", "ca.pem", "crl.pem")) {
      Files.createLink(twin.resolve(file), base.resolve("pki").resolve(file));
    }
    Path one = authority.issueServer("server", List.of(HOST));
    Path other = CertificateAuthority.open(twin).issueServer("server", List.of(HOST));
    folder = Files.createDirectory(base.resolve("server"));
    Files.createLink(folder.resolve("ca.pem"), one.resolve("ca.pem"));
    certificate = swapped("cert.pem", one, other);
    key = swapped("key.pem", one, other);
    client = authority.issueClient("client");
    leaver = authority.issueClient("leaver");
    before = Files.copy(leaver.resolve("crl.pem"), base.resolve("before.pem"));
    authority.revoke("leaver");
    after = Files.copy(leaver.resolve("crl.pem"), base.resolve("after.pem"));
  }

  /** Makes one that no other run has. */
  static Domain create() {
    try {
      return new Domain(base());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new folder in the run's. */
  static Path base() throws IOException {
    String runs = System.getProperty("outband.stress.folder", System.getProperty("java.io.tmpdir"));
    return Files.createTempDirectory(Path.of(runs), "domain");
  }

  private Swapped swapped(String file, Path one, Path other) throws IOException {
    return new Swapped(folder.resolve(file), one.resolve(file), other.resolve(file));
  }
}
