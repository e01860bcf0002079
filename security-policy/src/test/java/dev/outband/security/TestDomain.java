package dev.outband.security;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A throw-away trust domain for tests, whose servers are named {@code localhost} and {@code
 * 127.0.0.1}.
 */
final class TestDomain {
  private final CertificateAuthority authority;

  TestDomain(Path folder) throws IOException {
    authority = CertificateAuthority.create(folder);
  }

  Identity server(String name) throws IOException {
    return Identity.load(authority.issueServer(name, List.of("localhost", "127.0.0.1")));
  }

  Identity serverFor(String name, String host) throws IOException {
    return Identity.load(authority.issueServer(name, List.of(host)));
  }

  Identity client(String name) throws IOException {
    return Identity.load(authority.issueClient(name));
  }

  void revoke(String name) throws IOException {
    authority.revoke(name);
  }
}
