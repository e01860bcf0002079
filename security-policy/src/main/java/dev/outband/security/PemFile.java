package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the PEM files (RFC 7468) of an identity. Every failure is an {@link IdentityException} that names the file. Files
 * are read whole; one that is longer than 1 MiB (16 MiB for a revocation list) is refused before it is parsed.
 */
public final class PemFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LIST_BYTES = 16 << 20;
  private static final Set<PosixFilePermission> EXPOSING =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PemFile() {}

  /**
   * The certificates of a file, in its order; at least one.
   *
   * @throws IdentityException if the file is missing, unreadable or malformed
   */
  public static List<X509Certificate> certificates(Path file) throws IdentityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : blocks(file, MAX_BYTES)) {
      certificates.add(certificate(file, block));
    }
    return List.copyOf(certificates);
  }

  /**
   * The one private key of a file: PKCS#8, not encrypted. On a POSIX file system the file must not be readable or
   * writable by its group or by others.
   *
   * @param algorithm the key's algorithm, as {@link java.security.Key#getAlgorithm()} has it
   * @throws IdentityException if the file is missing, unreadable, exposed or malformed
   */
  public static PrivateKey privateKey(Path file, String algorithm) throws IdentityException {
    List<PemBlock> blocks = blocks(file, MAX_BYTES);
    requireHidden(file);
    PemBlock block = sole(file, blocks);
    requireLabel(file, block, "PRIVATE KEY");
    byte[] der = block.der();
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IdentityException(Reason.MALFORMED, file + ": not a PKCS#8 private key for " + algorithm, e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /**
   * The one revocation list of a file. Its signature is not checked here.
   *
   * @throws IdentityException if the file is missing, unreadable or malformed
   */
  public static X509CRL revocationList(Path file) throws IdentityException {
    PemBlock block = sole(file, blocks(file, MAX_LIST_BYTES));
    requireLabel(file, block, "X509 CRL");
    try {
      return (X509CRL) x509().generateCRL(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | CRLException e) {
      throw new IdentityException(Reason.MALFORMED, file + ": not a revocation list", e);
    }
  }

  private static X509Certificate certificate(Path file, PemBlock block) throws IdentityException {
    requireLabel(file, block, "CERTIFICATE");
    byte[] der = block.der();
    try {
      X509Certificate read = (X509Certificate) x509().generateCertificate(new ByteArrayInputStream(der));
      if (!Arrays.equals(der, read.getEncoded())) {
        throw new IdentityException(Reason.MALFORMED, file + ": damaged certificate (bytes left over)");
      }
      return read;
    } catch (CertificateException e) {
      throw new IdentityException(Reason.MALFORMED, file + ": damaged certificate", e);
    }
  }

  private static CertificateFactory x509() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }

  private static PemBlock sole(Path file, List<PemBlock> blocks) throws IdentityException {
    if (blocks.size() != 1) {
      throw new IdentityException(Reason.MALFORMED, file + ": holds " + blocks.size() + " PEM blocks, and 1 is needed");
    }
    return blocks.get(0);
  }

  private static void requireLabel(Path file, PemBlock block, String label) throws IdentityException {
    if (!block.label().equals(label)) {
      String hint = block.label().endsWith("PRIVATE KEY") ? " (convert: openssl pkcs8 -topk8 -nocrypt)" : "";
      throw new IdentityException(
          Reason.MALFORMED, file + ": holds " + Text.quoted(block.label()) + ", and \"" + label + "\" is needed" + hint);
    }
  }

  private static List<PemBlock> blocks(Path file, int maxBytes) throws IdentityException {
    byte[] content = content(file, maxBytes);
    try {
      return PemBlock.parse(new String(content, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new IdentityException(Reason.MALFORMED, file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] content(Path file, int maxBytes) throws IdentityException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new IdentityException(Reason.MALFORMED, file + ": longer than " + maxBytes + " bytes");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new IdentityException(Reason.MISSING, file + ": does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IdentityException(Reason.UNREADABLE, file + ": no permission to read it", e);
    } catch (IdentityException e) {
      throw e;
    } catch (IOException e) {
      throw new IdentityException(Reason.UNREADABLE, file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireHidden(Path file) throws IdentityException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    try {
      Set<PosixFilePermission> permissions = view.readAttributes().permissions();
      if (permissions.stream().anyMatch(EXPOSING::contains)) {
        String mode = PosixFilePermissions.toString(permissions);
        throw new IdentityException(
            Reason.EXPOSED_KEY, file + ": open to others than its owner (mode " + mode + "); chmod 600 it");
      }
    } catch (IdentityException e) {
      throw e;
    } catch (IOException e) {
      throw new IdentityException(Reason.UNREADABLE, file + ": mode cannot be read: " + e.getMessage(), e);
    }
  }
}
