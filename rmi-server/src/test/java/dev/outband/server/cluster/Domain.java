package dev.outband.server.cluster;

import dev.outband.api.Endpoint;
import dev.outband.security.Identity;
import dev.outband.security.SignedStatement;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A trust domain, and records of its members. */
final class Domain {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  final CertificateAuthority authority;

  Domain(Path folder) throws IOException {
    authority = CertificateAuthority.create(folder);
  }

  Identity server(String name) throws IOException {
    return Identity.load(authority.issueServer(name, List.of("127.0.0.1", "localhost")));
  }

  Identity client(String name) throws IOException {
    return Identity.load(authority.issueClient(name));
  }

  static Announcement announcement(int port, String... services) {
    return new Announcement(
        new Endpoint("127.0.0.1", port), new Endpoint("127.0.0.1", port + 1), List.of(services), 3);
  }

  static MemberRecord record(UUID memberId, long sequence, Instant issued) {
    return new MemberRecord(
        memberId,
        NOW.minusSeconds(100),
        sequence,
        issued,
        issued.plus(Duration.ofSeconds(30)),
        announcement(7099, "archive", "files"));
  }

  static byte[] signed(Identity by, MemberRecord record) {
    return signed(by, RecordBook.PURPOSE, RecordCodec.content(record));
  }

  static byte[] signed(Identity by, String purpose, byte[] content) {
    return RecordCodec.value(SignedStatement.sign(by, purpose, content));
  }
}
