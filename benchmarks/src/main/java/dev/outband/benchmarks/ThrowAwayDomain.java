package dev.outband.benchmarks;

import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The trust domain of one run of the benchmark: one server and one client identity, made at its
 * start and deleted with the run's folder.
 */
final class ThrowAwayDomain {
  private static final String SERVER = "bench-server";
  private static final String CLIENT = "bench-client";

  private ThrowAwayDomain() {}

  /** Makes the domain in a folder that is not there yet. */
  static void create(Path folder) throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(folder);
    authority.issueServer(SERVER, List.of(Loopback.HOST));
    authority.issueClient(CLIENT);
  }

  /** The identity of sending ends. */
  static Identity server(Path folder) throws IOException {
    return Identity.load(serverFolder(folder));
  }

  /** Where it lies: {@code key.pem}, {@code cert.pem} and {@code ca.pem}. */
  static Path serverFolder(Path folder) {
    return folder.resolve(SERVER);
  }

  /** The identity of receiving ends. */
  static Identity client(Path folder) throws IOException {
    return Identity.load(clientFolder(folder));
  }

  /** Where it lies: {@code key.pem}, {@code cert.pem} and {@code ca.pem}. */
  static Path clientFolder(Path folder) {
    return folder.resolve(CLIENT);
  }
}
