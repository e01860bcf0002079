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
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads PEM files (RFC 7468) with certificates and revocation lists. Every failure is an {@link
 * IdentityException} that names the file, and the line where what is wrong with it has one. Files
 * are read whole; one that is longer than 1 MiB (16 MiB for a revocation list) is refused before it
 * is parsed.
 */
public final class PemFile {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LIST_BYTES = 16 << 20;

  private PemFile() {}

  /**
   * The certificates of a file, in its order; at least one.
   *
   * @throws IdentityException if the file is missing, unreadable or malformed
   */
  public static List<X509Certificate> certificates(Path file) throws IdentityException {
    return certificates(file, content(file, MAX_BYTES));
  }

  /** The same of what was read; wipes it. */
  static List<X509Certificate> certificates(Path file, byte[] content) throws IdentityException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemBlock block : blocks(file, content)) {
      certificates.add(certificate(file, block));
    }
    return List.copyOf(certificates);
  }

  /**
   * The one revocation list of a file. Its signature is not checked here.
   *
   * @throws IdentityException if the file is missing, unreadable or malformed
   */
  public static X509CRL revocationList(Path file) throws IdentityException {
    return revocationList(file, content(file, MAX_LIST_BYTES));
  }

  /** The same of what was read; wipes it. */
  static X509CRL revocationList(Path file, byte[] content) throws IdentityException {
    PemBlock block = sole(file, "X509 CRL", content);
    try {
      return (X509CRL) x509().generateCRL(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | CRLException e) {
      throw new IdentityException(
          Reason.MALFORMED, place(file, block) + "not a revocation list", e);
    }
  }

  private static X509Certificate certificate(Path file, PemBlock block) throws IdentityException {
    requireLabel(file, block, "CERTIFICATE");
    byte[] der = block.der();
    try {
      X509Certificate read =
          (X509Certificate) x509().generateCertificate(new ByteArrayInputStream(der));
      if (!Arrays.equals(der, read.getEncoded())) {
        throw new IdentityException(
            Reason.MALFORMED, place(file, block) + "damaged certificate (bytes left over)");
      }
      return read;
    } catch (CertificateException e) {
      throw new IdentityException(Reason.MALFORMED, place(file, block) + "damaged certificate", e);
    }
  }

  private static CertificateFactory x509() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }

  static PemBlock sole(Path file, String label, int maxBytes) throws IdentityException {
    return sole(file, label, content(file, maxBytes));
  }

  /** The same of what was read; wipes it. */
  static PemBlock sole(Path file, String label, byte[] content) throws IdentityException {
    List<PemBlock> blocks = blocks(file, content);
    if (blocks.size() != 1) {
      throw new IdentityException(
          Reason.MALFORMED,
          place(file, blocks.get(1)) + "holds " + blocks.size() + " PEM blocks, and 1 is needed");
    }
    requireLabel(file, blocks.get(0), label);
    return blocks.get(0);
  }

  private static void requireLabel(Path file, PemBlock block, String label)
      throws IdentityException {
    if (!block.label().equals(label)) {
      String hint =
          block.label().endsWith("PRIVATE KEY") ? " (convert: openssl pkcs8 -topk8 -nocrypt)" : "";
      throw new IdentityException(
          Reason.MALFORMED,
          place(file, block)
              + "holds "
              + Text.quoted(block.label())
              + ", and \""
              + label
              + "\" is needed"
              + hint);
    }
  }

  private static String place(Path file, PemBlock block) {
    return file + ":" + block.line() + ": ";
  }

  private static List<PemBlock> blocks(Path file, byte[] content) throws IdentityException {
    try {
      return PemBlock.parse(file, new String(content, StandardCharsets.ISO_8859_1));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] content(Path file, int maxBytes) throws IdentityException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new IdentityException(
            Reason.MALFORMED, file + ": longer than " + maxBytes + " bytes");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new IdentityException(Reason.MISSING, file + ": does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IdentityException(Reason.UNREADABLE, file + ": no permission to read it", e);
    } catch (IdentityException e) {
      throw e;
    } catch (IOException e) {
      throw new IdentityException(
          Reason.UNREADABLE, file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
