package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides about certificates: one CA, which issues every certificate itself, and its revocation
 * list. There are no intermediate CAs, so that one list says all about revocation. Safe for use by
 * several threads.
 */
final class TrustDomain {
  private static final int KEY_CERT_SIGN = 5;

  private final X509Certificate authority;
  private final RevocationList revoked;
  private final InstantSource clock;

  TrustDomain(X509Certificate authority, RevocationList revoked, InstantSource clock) {
    this.authority = authority;
    this.revoked = revoked;
    this.clock = clock;
  }

  X509Certificate authority() {
    return authority;
  }

  /**
   * Whose certificate it is, after all checks: issued by the CA, valid now, not revoked, strong,
   * not a CA's, made for the use, in one of the roles.
   */
  Principal check(X509Certificate leaf, Use use, Set<Role> roles)
      throws CertificateRefusedException {
    requireIssued(leaf);
    Optional<Principal> named = named(leaf);
    Principal peer = named.orElse(null);
    String subject = named.map(p -> "certificate of " + p).orElse("certificate");
    requireValid(authority, "CA's certificate", peer);
    requireValid(leaf, subject, peer);
    if (revoked.contains(leaf)) {
      throw refused(Reason.REVOKED, subject + " was revoked", peer, BasicReason.REVOKED);
    }
    requireStrong(leaf, subject, peer);
    requireRole(leaf, roles);
    requireUse(leaf, use, subject, peer);
    requirePath(leaf, subject, peer);
    return Principal.of(leaf);
  }

  /** Checks again what may have changed since a certificate was accepted: time and revocation. */
  void requireStanding(X509Certificate leaf) throws CertificateRefusedException {
    Instant now = clock.instant();
    if (isValid(authority, now) && isValid(leaf, now) && !revoked.contains(leaf)) {
      return; // As in every call: it need not take the certificate's names apart.
    }
    Principal peer = Principal.of(leaf);
    String subject = "certificate of " + peer;
    requireValid(authority, "CA's certificate", peer);
    requireValid(leaf, subject, peer);
    if (revoked.contains(leaf)) {
      throw refused(Reason.REVOKED, subject + " was revoked", peer, BasicReason.REVOKED);
    }
  }

  private void requireIssued(X509Certificate leaf) throws CertificateRefusedException {
    if (!leaf.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      boolean selfSigned = leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
      throw untrusted(
          selfSigned ? "certificate is self-signed" : "certificate was issued by another CA", null);
    }
    try {
      leaf.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw untrusted("certificate was issued by another CA of the same name", e);
    }
  }

  private static boolean isValid(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private void requireValid(X509Certificate certificate, String subject, Principal peer)
      throws CertificateRefusedException {
    Instant now = clock.instant();
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      String message = subject + " is not valid before " + from;
      throw refused(Reason.NOT_YET_VALID, message, peer, BasicReason.NOT_YET_VALID);
    }
    if (now.isAfter(until)) {
      throw refused(Reason.EXPIRED, subject + " expired on " + until, peer, BasicReason.EXPIRED);
    }
  }

  private static void requireStrong(X509Certificate leaf, String subject, Principal peer)
      throws CertificateRefusedException {
    Optional<String> complaint = Strength.complaint(leaf);
    if (complaint.isPresent()) {
      String message = subject + " is too weak: " + complaint.get();
      throw refused(Reason.WEAK, message, peer, BasicReason.ALGORITHM_CONSTRAINED);
    }
  }

  private static void requireRole(X509Certificate leaf, Set<Role> roles)
      throws CertificateRefusedException {
    Principal peer = Principal.of(leaf);
    if (!roles.contains(peer.role())) {
      String needed = roles.stream().map(Role::label).sorted().collect(Collectors.joining(" or "));
      String message =
          "certificate of "
              + peer
              + " is a "
              + peer.role().label()
              + "'s, used where a "
              + needed
              + "'s is needed";
      throw refused(Reason.WRONG_ROLE, message, peer, BasicReason.UNSPECIFIED);
    }
  }

  private static void requireUse(X509Certificate leaf, Use use, String subject, Principal peer)
      throws CertificateRefusedException {
    boolean[] keyUsage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() != -1 || (keyUsage != null && keyUsage[KEY_CERT_SIGN])) {
      throw refused(
          Reason.WRONG_USE, subject + " is a CA's, not a process's", peer, BasicReason.UNSPECIFIED);
    }
    if (keyUsage != null && !keyUsage[0]) {
      throw refused(
          Reason.WRONG_USE, subject + " is not made for signing", peer, BasicReason.UNSPECIFIED);
    }
    if (!extendedUses(leaf).contains(use.oid())) {
      String message = subject + " lacks the extended key usage " + use.label();
      throw refused(Reason.WRONG_USE, message, peer, BasicReason.UNSPECIFIED);
    }
  }

  private static List<String> extendedUses(X509Certificate leaf)
      throws CertificateRefusedException {
    try {
      List<String> uses = leaf.getExtendedKeyUsage();
      return uses == null ? List.of() : uses;
    } catch (CertificateParsingException e) {
      throw new CertificateRefusedException(
          Reason.WRONG_USE, "certificate has an unreadable key usage", null, e);
    }
  }

  private void requirePath(X509Certificate leaf, String subject, Principal peer)
      throws CertificateRefusedException {
    try {
      CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathValidator.getInstance("PKIX").validate(path, parameters);
    } catch (CertPathValidatorException e) {
      throw new CertificateRefusedException(
          Reason.UNTRUSTED, subject + " is not acceptable (" + e.getReason() + ")", peer, e);
    } catch (GeneralSecurityException e) {
      throw new CertificateRefusedException(
          Reason.UNTRUSTED, subject + " cannot be checked", peer, e);
    }
  }

  private static Optional<Principal> named(X509Certificate leaf) {
    try {
      return Optional.of(Principal.of(leaf));
    } catch (CertificateRefusedException e) {
      return Optional.empty();
    }
  }

  private static CertificateRefusedException untrusted(String message, Throwable cause) {
    CertPathValidatorException reason =
        new CertPathValidatorException(message, cause, null, -1, BasicReason.UNSPECIFIED);
    String line = message + ", not issued by this trust domain's CA";
    return new CertificateRefusedException(Reason.UNTRUSTED, line, null, reason);
  }

  private static CertificateRefusedException refused(
      Reason reason, String message, Principal peer, BasicReason alert) {
    CertPathValidatorException cause =
        new CertPathValidatorException(message, null, null, -1, alert);
    return new CertificateRefusedException(reason, message, peer, cause);
  }
}
