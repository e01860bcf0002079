package dev.outband.security;

import dev.outband.security.pki.CertificateAuthority;
import dev.outband.security.pki.Lifetimes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * A trust domain in a folder, whose authority can be opened at another time and whose key is at
 * hand for odd certificates.
 */
record DomainFixture(Path dir) {
  static DomainFixture create(Path dir) throws IOException {
    CertificateAuthority.create(
        dir, Lifetimes.DEFAULT, at(Instant.now().minus(Duration.ofDays(100))));
    return new DomainFixture(dir);
  }

  CertificateAuthority authority() throws IOException {
    return CertificateAuthority.open(dir);
  }

  CertificateAuthority authority(Duration fromNow, Duration leaf) throws IOException {
    return CertificateAuthority.open(
        dir, new Lifetimes(Duration.ofDays(1), leaf), at(Instant.now().plus(fromNow)));
  }

  Path server(String name) throws IOException {
    return authority().issueServer(name, List.of("localhost", "127.0.0.1", "::1"));
  }

  Path client(String name) throws IOException {
    return authority().issueClient(name);
  }

  X509Certificate certificate() throws IOException {
    return PemFile.certificates(dir.resolve("ca.pem")).get(0);
  }

  PrivateKey key() throws IOException {
    return KeyFile.read(dir.resolve("ca.key"), certificate());
  }

  static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }
}
