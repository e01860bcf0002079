package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocation list in a file that may change while the process runs. Each question looks at the
 * file's time, size and identity, and reads it again if they differ. A file that has become
 * unreadable, or has gone, is logged once, and the last good list stays in force. Safe for use by
 * several threads.
 */
final class RevocationList {
  private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);

  private final Path file;
  private final X509Certificate authority;

  /** What the file looked like when it was last read. Guarded by this. */
  private FileStamp stamp;

  /** What was last complained of; empty once the file could be looked at. Guarded by this. */
  private String complaint = "";

  /** The last good list; null where there has been none. Guarded by this. */
  private X509CRL list;

  private RevocationList(Path file, X509Certificate authority) {
    this.file = file;
    this.authority = authority;
  }

  /**
   * Reads the file; one that does not exist revokes nothing until it does.
   *
   * @throws IdentityException if the file is unreadable, malformed, or not signed by the CA
   */
  static RevocationList load(Path file, X509Certificate authority) throws IdentityException {
    RevocationList revocations = new RevocationList(file, authority);
    synchronized (revocations) {
      try {
        revocations.stamp = FileStamp.of(file);
        if (!revocations.stamp.equals(FileStamp.ABSENT)) {
          revocations.list = revocations.read();
        }
      } catch (IdentityException e) {
        throw e;
      } catch (IOException e) {
        throw new IdentityException(
            Reason.UNREADABLE, file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return revocations;
  }

  /** Whether the certificate is revoked now. */
  synchronized boolean contains(X509Certificate certificate) {
    refresh();
    return list != null && list.isRevoked(certificate);
  }

  private void refresh() {
    try {
      FileStamp now = FileStamp.of(file);
      complaint = "";
      if (!now.equals(stamp)) {
        stamp = now;
        list = read();
        LOG.info("revocation list read again, file={}", file);
        AuditLine.allow("reload").reason("revocation list: " + file).write();
      }
    } catch (IOException e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  /** Once for each thing: a file that cannot be looked at is asked for at every call. */
  private void complain(String why) {
    if (!why.equals(complaint)) {
      complaint = why;
      LOG.warn("revocation list refused, the last good one stays in force: {}", why);
      AuditLine.deny("reload").reason("revocation list: " + why).write();
    }
  }

  private X509CRL read() throws IdentityException {
    X509CRL read = PemFile.revocationList(file);
    try {
      if (!read.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
        throw new IdentityException(
            Reason.UNTRUSTED,
            file
                + ": issued by another CA, "
                + name(read.getIssuerX500Principal())
                + ", and a list of "
                + name(authority.getSubjectX500Principal())
                + " is needed");
      }
      read.verify(authority.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          Reason.UNTRUSTED,
          file
              + ": not signed by the CA, though it names "
              + name(read.getIssuerX500Principal())
              + " as its issuer",
          e);
    }
    return read;
  }

  private static String name(X500Principal principal) {
    return Text.quoted(principal.getName());
  }
}
