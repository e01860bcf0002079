package dev.outband.security.pki;

import dev.outband.security.Principal;
import dev.outband.security.Role;
import dev.outband.security.pki.Certificates.Issuer;
import dev.outband.security.pki.Certificates.Purpose;
import dev.outband.security.pki.Certificates.Subject;
import dev.outband.security.pki.PkiException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The certificate authority of one trust domain, in a folder: {@code ca.key}, which is all that an
 * attacker would need; {@code ca.pem} and {@code crl.pem}, which everybody may have; and one folder
 * for each identity it issued. It signs every certificate itself; there are no intermediate
 * authorities.
 *
 * <p>Files are written whole or not at all, keys with mode 0600 from their first byte, and nothing
 * that exists is ever overwritten but revocation lists, and certificates that are renewed. Several
 * processes may work on one folder; they wait for each other. Within one process an instance is
 * used by one thread at a time.
 */
public final class CertificateAuthority {
  /** Certificates begin this much in the past, for peers whose clocks are behind. */
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  private final Store store;
  private final Lifetimes lifetimes;
  private final Clock clock;
  private final Certificates certificates = new Certificates();

  private CertificateAuthority(Path dir, Lifetimes lifetimes, Clock clock) {
    this.store = new Store(dir);
    this.lifetimes = lifetimes;
    this.clock = clock;
  }

  /**
   * Creates a trust domain with {@link Lifetimes#DEFAULT}.
   *
   * @param dir the folder; made, with its parents, if it does not exist
   * @throws PkiException if there is a CA in it already (nothing is changed), or it cannot be
   *     written
   */
  public static CertificateAuthority create(Path dir) throws IOException {
    return create(dir, Lifetimes.DEFAULT, Clock.systemUTC());
  }

  /**
   * Creates a trust domain.
   *
   * @param dir the folder; made, with its parents, if it does not exist
   * @param lifetimes how long certificates are valid
   * @param clock what time it is
   * @throws PkiException if there is a CA in it already (nothing is changed), or it cannot be
   *     written
   */
  public static CertificateAuthority create(Path dir, Lifetimes lifetimes, Clock clock)
      throws IOException {
    CertificateAuthority authority = new CertificateAuthority(dir, lifetimes, clock);
    authority.store.plainly(() -> SafeFiles.createFolders(dir));
    authority.store.locked(authority::establish);
    return authority;
  }

  /**
   * Opens a trust domain that {@link #create} made, with {@link Lifetimes#DEFAULT}.
   *
   * @param dir its folder
   * @throws PkiException if there is no CA in it
   * @throws dev.outband.security.IdentityException if one of its files is unreadable, malformed, or
   *     does not fit, or if the key is open to others
   */
  public static CertificateAuthority open(Path dir) throws IOException {
    return open(dir, Lifetimes.DEFAULT, Clock.systemUTC());
  }

  /**
   * Opens a trust domain that {@link #create} made.
   *
   * @param dir its folder
   * @param lifetimes how long certificates are valid that are issued from now on
   * @param clock what time it is
   * @throws PkiException if there is no CA in it
   * @throws dev.outband.security.IdentityException if one of its files is unreadable, malformed, or
   *     does not fit, or if the key is open to others
   */
  public static CertificateAuthority open(Path dir, Lifetimes lifetimes, Clock clock)
      throws IOException {
    CertificateAuthority authority = new CertificateAuthority(dir, lifetimes, clock);
    authority.store.plainly(authority.store::issuer);
    return authority;
  }

  /**
   * Issues an identity for a server process, which is also a caller of other servers.
   *
   * @param name its name, as in {@link Principal}
   * @param hosts 1 to 100 DNS names and IP addresses under which clients dial it; no wildcards
   * @return the identity's folder
   * @throws IllegalArgumentException if the name or a host is malformed
   * @throws PkiException if the name is taken, or a file cannot be written
   */
  public Path issueServer(String name, List<String> hosts) throws IOException {
    Principal principal = new Principal(name, Role.SERVER);
    List<GeneralName> names = new ArrayList<>(Hosts.names(hosts));
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, principal.uri()));
    return issue(
        name,
        new Purpose(List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth), names));
  }

  /**
   * Issues an identity for a client process.
   *
   * @param name its name, as in {@link Principal}
   * @return the identity's folder
   * @throws IllegalArgumentException if the name is malformed
   * @throws PkiException if the name is taken, or a file cannot be written
   */
  public Path issueClient(String name) throws IOException {
    Principal principal = new Principal(name, Role.CLIENT);
    GeneralName uri = new GeneralName(GeneralName.uniformResourceIdentifier, principal.uri());
    return issue(name, new Purpose(List.of(KeyPurposeId.id_kp_clientAuth), List.of(uri)));
  }

  /**
   * Issues a new certificate for the key, the role and the hosts of an identity in this folder, and
   * puts it in the place of the old one in one step; a process that runs takes it up by itself. The
   * old one stays good until its end, or until the name is revoked. A key that somebody else may
   * know is not renewed: revoke the name and issue it again.
   *
   * @param name the identity's name
   * @return the identity's folder
   * @throws IllegalArgumentException if the name is malformed
   * @throws PkiException if there is no such identity here, it was revoked or is another CA's, or a
   *     file cannot be written
   */
  public Path renew(String name) throws IOException {
    String checked = new Principal(name, Role.CLIENT).name();
    return store.locked(
        () -> {
          X509Certificate old = store.certificate(checked);
          Issuer issuer = store.issuer();
          requireRenewable(checked, old, issuer);
          KeyPair keys = new KeyPair(old.getPublicKey(), null);
          return store.replaceCertificate(
              checked,
              certificates.leaf(subject(checked, keys, issuer), Certificates.purpose(old), issuer));
        });
  }

  /**
   * What was issued and is not forgotten, by name; certificates that expired included.
   *
   * @throws PkiException if the folder cannot be read
   */
  public List<Issued> issued() throws IOException {
    return store.plainly(
        () -> {
          X509CRL list = store.list();
          List<Issued> all = new ArrayList<>();
          for (X509Certificate certificate : store.issued()) {
            all.add(
                new Issued(
                    Principal.of(certificate),
                    certificate.getNotAfter().toInstant(),
                    list.isRevoked(certificate)));
          }
          return List.copyOf(all);
        });
  }

  /**
   * A certificate that was issued.
   *
   * @param principal to whom
   * @param until when it ends
   * @param isRevoked whether it was revoked
   */
  public record Issued(Principal principal, Instant until, boolean isRevoked) {}

  /**
   * Revokes every certificate ever issued to the name, and puts the new list into the CA's folder
   * and into every identity folder in it, from where running processes take it up with the next
   * connection, a second later at most. Identities that were copied elsewhere need {@code crl.pem}
   * copied too. Revoking what is revoked changes no list, but writes it everywhere again.
   *
   * @param name the identity's name; its folder need not exist any more
   * @return whether anything was revoked that was not before
   * @throws IllegalArgumentException if the name is malformed
   * @throws PkiException if the name was never issued, or a file cannot be written
   */
  public boolean revoke(String name) throws IOException {
    String checked = new Principal(name, Role.CLIENT).name();
    return store.locked(
        () -> {
          List<X509Certificate> issued = store.issued(checked);
          if (issued.isEmpty()) {
            throw new PkiException(
                Reason.UNKNOWN, store.identity(checked) + ": never issued here", null);
          }
          X509CRL before = store.list();
          List<BigInteger> serials =
              issued.stream()
                  .filter(c -> !before.isRevoked(c))
                  .map(X509Certificate::getSerialNumber)
                  .toList();
          boolean changes = !serials.isEmpty();
          store.publish(
              changes
                  ? certificates.extendedList(before, serials, store.issuer(), clock.instant())
                  : before);
          return changes;
        });
  }

  private Issuer establish()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    store.requireVacant();
    KeyPair keys = certificates.keys();
    Instant now = clock.instant();
    String name = "Outband CA " + Long.toHexString(now.toEpochMilli());
    X509Certificate certificate =
        certificates.authority(
            new Subject(name, keys, now.minus(BACKDATED), now.plus(lifetimes.authority())));
    Issuer issuer = new Issuer(certificate, keys.getPrivate());
    store.writeAuthority(issuer, certificates.emptyList(issuer, now));
    return issuer;
  }

  private Path issue(String name, Purpose purpose) throws IOException {
    return store.locked(
        () -> {
          requireFree(name, clock.instant());
          Issuer issuer = store.issuer();
          KeyPair keys = certificates.keys();
          return store.writeIdentity(
              name,
              certificates.leaf(subject(name, keys, issuer), purpose, issuer),
              keys.getPrivate());
        });
  }

  private Subject subject(String name, KeyPair keys, Issuer issuer) {
    Instant now = clock.instant();
    Instant end = issuer.certificate().getNotAfter().toInstant();
    Instant until = now.plus(lifetimes.leaf()).isAfter(end) ? end : now.plus(lifetimes.leaf());
    return new Subject(name, keys, now.minus(BACKDATED), until);
  }

  private void requireRenewable(String name, X509Certificate old, Issuer issuer)
      throws IOException, GeneralSecurityException {
    try {
      old.verify(issuer.certificate().getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new PkiException(
          Reason.DAMAGED, store.identity(name) + ": its certificate is another CA's", e);
    }
    if (!Principal.of(old).name().equals(name)) {
      throw new PkiException(
          Reason.DAMAGED, store.identity(name) + ": its certificate names somebody else", null);
    }
    if (store.list().isRevoked(old)) {
      throw new PkiException(
          Reason.DAMAGED, store.identity(name) + ": was revoked, issue it again", null);
    }
  }

  private void requireFree(String name, Instant now) throws IOException, GeneralSecurityException {
    Path folder = store.identity(name);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new PkiException(Reason.EXISTS, folder + ": exists already", null);
    }
    X509CRL list = store.list();
    for (X509Certificate issued : store.issued(name)) {
      if (!list.isRevoked(issued) && issued.getNotAfter().toInstant().isAfter(now)) {
        throw new PkiException(
            Reason.EXISTS,
            folder
                + ": issued before and valid until "
                + issued.getNotAfter().toInstant()
                + "; revoke it first",
            null);
      }
    }
  }
}
