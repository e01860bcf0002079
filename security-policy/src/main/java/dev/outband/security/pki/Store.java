package dev.outband.security.pki;

import dev.outband.security.IdentityException;
import dev.outband.security.KeyFile;
import dev.outband.security.PemFile;
import dev.outband.security.pki.Certificates.Issuer;
import dev.outband.security.pki.PkiException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * A certificate authority's folder: where everything lies, read and written one process at a time.
 */
final class Store {
  private static final String ISSUED = ".issued";
  private static final String CERTIFICATE = "CERTIFICATE";

  private static final Object IN_PROCESS = new Object();

  private final Path dir;

  Store(Path dir) {
    this.dir = dir;
  }

  /** What may fail inside {@link #locked}. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, GeneralSecurityException, OperatorCreationException;
  }

  /** Runs the work while nobody else, in this process or another, does work on the folder. */
  <T> T locked(Work<T> work) throws IOException {
    // A file lock is the whole JVM's, and asking for it twice is an error.
    synchronized (IN_PROCESS) {
      return plainly(
          () -> {
            try (FileChannel channel =
                    FileChannel.open(
                        dir.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
              return lock.isValid() ? work.run() : null;
            }
          });
    }
  }

  /** Runs the work and puts what fails in one line. */
  <T> T plainly(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (PkiException | IdentityException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new PkiException(Reason.FAILED, e.getFile() + ": " + SafeFiles.words(e), e);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new PkiException(Reason.FAILED, dir + ": " + e.getMessage(), e);
    }
  }

  /** Where the identity of that name lies, or would. */
  Path identity(String name) {
    return dir.resolve(name);
  }

  Issuer issuer() throws IOException {
    if (!Files.exists(authorityFile())) {
      throw new PkiException(Reason.UNKNOWN, dir + ": no certificate authority here", null);
    }
    X509Certificate certificate = PemFile.certificates(authorityFile()).get(0);
    if (certificate.getBasicConstraints() < 0) {
      throw new PkiException(
          Reason.DAMAGED, authorityFile() + ": not the certificate of a CA", null);
    }
    return new Issuer(certificate, KeyFile.read(keyFile(), certificate));
  }

  void requireVacant() throws PkiException {
    for (Path file : List.of(authorityFile(), keyFile(), listFile())) {
      if (Files.exists(file)) {
        throw new PkiException(
            Reason.EXISTS,
            dir + ": has a certificate authority already (" + file.getFileName() + ")",
            null);
      }
    }
  }

  void writeAuthority(Issuer issuer, X509CRL list) throws IOException, GeneralSecurityException {
    SafeFiles.write(
        keyFile(), SafeFiles.pem("PRIVATE KEY", issuer.key().getEncoded()), SafeFiles.SECRET);
    SafeFiles.write(listFile(), SafeFiles.pem("X509 CRL", list.getEncoded()), SafeFiles.PUBLIC);
    SafeFiles.write(
        authorityFile(),
        SafeFiles.pem(CERTIFICATE, issuer.certificate().getEncoded()),
        SafeFiles.PUBLIC);
  }

  /**
   * Writes a whole identity folder, and remembers its certificate so that it can be revoked without
   * the folder.
   */
  Path writeIdentity(String name, X509Certificate certificate, PrivateKey key)
      throws IOException, GeneralSecurityException {
    Path target = identity(name);
    Path temporary = SafeFiles.temporaryFolder(target);
    try {
      byte[] pem = SafeFiles.pem(CERTIFICATE, certificate.getEncoded());
      SafeFiles.write(
          temporary.resolve("key.pem"),
          SafeFiles.pem("PRIVATE KEY", key.getEncoded()),
          SafeFiles.SECRET);
      SafeFiles.write(temporary.resolve("cert.pem"), pem, SafeFiles.PUBLIC);
      SafeFiles.write(
          temporary.resolve("ca.pem"), Files.readAllBytes(authorityFile()), SafeFiles.PUBLIC);
      SafeFiles.write(
          temporary.resolve("crl.pem"), Files.readAllBytes(listFile()), SafeFiles.PUBLIC);
      remember(name, certificate, pem);
      SafeFiles.moveFolder(temporary, target);
    } finally {
      SafeFiles.discard(temporary);
    }
    return target;
  }

  /** The certificate in an identity's folder. */
  X509Certificate certificate(String name) throws IOException {
    Path file = identity(name).resolve("cert.pem");
    if (!Files.exists(file)) {
      throw new PkiException(Reason.UNKNOWN, file + ": does not exist, nothing to renew", null);
    }
    return PemFile.certificates(file).get(0);
  }

  /** Puts a certificate in the place of the one in an identity's folder. */
  Path replaceCertificate(String name, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    byte[] pem = SafeFiles.pem(CERTIFICATE, certificate.getEncoded());
    remember(name, certificate, pem);
    SafeFiles.write(identity(name).resolve("cert.pem"), pem, SafeFiles.PUBLIC);
    return identity(name);
  }

  private void remember(String name, X509Certificate certificate, byte[] pem) throws IOException {
    SafeFiles.createFolders(dir.resolve(ISSUED));
    String record = name + "@" + certificate.getSerialNumber().toString(16) + ".pem";
    SafeFiles.write(dir.resolve(ISSUED).resolve(record), pem, SafeFiles.PUBLIC);
  }

  /** Every certificate that was ever issued, by name. */
  List<X509Certificate> issued() throws IOException {
    return issuedTo(file -> true);
  }

  /** Every certificate that was ever issued to the name. */
  List<X509Certificate> issued(String name) throws IOException {
    return issuedTo(file -> file.startsWith(name + "@"));
  }

  private List<X509Certificate> issuedTo(Predicate<String> names) throws IOException {
    if (!Files.isDirectory(dir.resolve(ISSUED))) {
      return List.of();
    }
    List<Path> records;
    try (Stream<Path> listed = Files.list(dir.resolve(ISSUED))) {
      records = listed.filter(file -> names.test(file.getFileName().toString())).sorted().toList();
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : records) {
      certificates.addAll(PemFile.certificates(file));
    }
    return certificates;
  }

  /**
   * The list in force; one that the CA did not sign would forget revocations if it were extended.
   */
  X509CRL list() throws IOException, GeneralSecurityException {
    X509CRL list = PemFile.revocationList(listFile());
    try {
      list.verify(PemFile.certificates(authorityFile()).get(0).getPublicKey());
    } catch (SignatureException | InvalidKeyException e) {
      throw new PkiException(Reason.DAMAGED, listFile() + ": not signed by the CA", e);
    }
    return list;
  }

  /** Puts the list in force here and in every identity's folder, each file whole or not at all. */
  void publish(X509CRL list) throws IOException, GeneralSecurityException {
    byte[] pem = SafeFiles.pem("X509 CRL", list.getEncoded());
    SafeFiles.write(listFile(), pem, SafeFiles.PUBLIC);
    byte[] authority = Files.readAllBytes(authorityFile());
    IOException failure = null;
    for (Path folder : identityFolders()) {
      try {
        if (Files.isRegularFile(folder.resolve("ca.pem"))
            && Arrays.equals(authority, Files.readAllBytes(folder.resolve("ca.pem")))) {
          SafeFiles.write(folder.resolve("crl.pem"), pem, SafeFiles.PUBLIC);
        }
      } catch (IOException e) {
        failure = noted(failure, folder, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static IOException noted(IOException failure, Path folder, IOException e) {
    if (failure != null) {
      failure.addSuppressed(e);
      return failure;
    }
    return new PkiException(
        Reason.FAILED,
        folder.resolve("crl.pem") + ": the new revocation list could not be written, revoke again",
        e);
  }

  private List<Path> identityFolders() throws IOException {
    try (Stream<Path> listed = Files.list(dir)) {
      return listed.filter(Files::isDirectory).sorted().toList();
    }
  }

  private Path authorityFile() {
    return dir.resolve("ca.pem");
  }

  private Path keyFile() {
    return dir.resolve("ca.key");
  }

  private Path listFile() {
    return dir.resolve("crl.pem");
  }
}
