package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Reads an identity's folder and checks that its files are good and belong together. */
final class IdentityFolder {
  private final Path certificateFile;
  private final Path authorityFile;
  private final Path keyFile;
  private final Path revocationFile;
  private final InstantSource clock;

  IdentityFolder(Path folder, InstantSource clock) throws IdentityException {
    if (!Files.isDirectory(folder)) {
      boolean exists = Files.exists(folder);
      throw new IdentityException(
          exists ? Reason.UNREADABLE : Reason.MISSING,
          folder + (exists ? ": not a folder" : ": does not exist"));
    }
    this.certificateFile = folder.resolve("cert.pem");
    this.authorityFile = folder.resolve("ca.pem");
    this.keyFile = folder.resolve("key.pem");
    this.revocationFile = folder.resolve("crl.pem");
    this.clock = clock;
  }

  /**
   * What tells two states of certificate and key apart.
   *
   * @param certificate of the certificate's file
   * @param key of the key's
   */
  record Stamps(FileStamp certificate, FileStamp key) {}

  Stamps stamps() throws IdentityException {
    try {
      return new Stamps(FileStamp.of(certificateFile), FileStamp.of(keyFile));
    } catch (IOException e) {
      throw new IdentityException(
          Reason.UNREADABLE, certificateFile + ": cannot be looked at: " + e.getMessage(), e);
    }
  }

  /** The CA's certificate, which must be one, and valid now. */
  X509Certificate authority() throws IdentityException {
    List<X509Certificate> certificates = PemFile.certificates(authorityFile);
    if (certificates.size() != 1) {
      throw new IdentityException(
          Reason.MALFORMED,
          authorityFile + ": holds " + certificates.size() + " certificates, and 1 is needed");
    }
    X509Certificate authority = certificates.get(0);
    if (authority.getBasicConstraints() < 0) {
      throw new IdentityException(
          Reason.UNTRUSTED, authorityFile + ": not the certificate of a CA");
    }
    requireValid(authority);
    Optional<String> complaint = Strength.complaint(authority);
    if (complaint.isPresent()) {
      throw new IdentityException(Reason.WEAK, authorityFile + ": too weak: " + complaint.get());
    }
    return authority;
  }

  RevocationList revocations(X509Certificate authority) throws IdentityException {
    return RevocationList.load(revocationFile, authority);
  }

  /** The process's own certificate, which must pass what its peers will check. */
  X509Certificate certificate(TrustDomain domain) throws IdentityException {
    X509Certificate leaf = PemFile.certificates(certificateFile).get(0);
    try {
      domain.check(leaf, Use.CLIENT_AUTH, EnumSet.allOf(Role.class));
      if (Principal.of(leaf).role() == Role.SERVER) {
        domain.check(leaf, Use.SERVER_AUTH, EnumSet.of(Role.SERVER));
      }
      return leaf;
    } catch (CertificateRefusedException e) {
      throw new IdentityException(reason(e.reason()), certificateFile + ": " + e.getMessage(), e);
    }
  }

  /** The private key, which must be the certificate's. */
  PrivateKey key(X509Certificate certificate) throws IdentityException {
    return KeyFile.read(keyFile, certificate);
  }

  private void requireValid(X509Certificate authority) throws IdentityException {
    Instant now = clock.instant();
    Instant from = authority.getNotBefore().toInstant();
    Instant until = authority.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      throw new IdentityException(
          Reason.NOT_YET_VALID, authorityFile + ": not valid before " + from);
    }
    if (now.isAfter(until)) {
      throw new IdentityException(Reason.EXPIRED, authorityFile + ": expired on " + until);
    }
  }

  private static Reason reason(PeerRefusedException.Reason reason) {
    return switch (reason) {
      case EXPIRED -> Reason.EXPIRED;
      case NOT_YET_VALID -> Reason.NOT_YET_VALID;
      case REVOKED -> Reason.REVOKED;
      case WEAK -> Reason.WEAK;
      case WRONG_USE, WRONG_ROLE -> Reason.ROLE;
      default -> Reason.UNTRUSTED;
    };
  }

  /** Returns where the certificate lies. */
  @Override
  public String toString() {
    return certificateFile.toString();
  }
}
