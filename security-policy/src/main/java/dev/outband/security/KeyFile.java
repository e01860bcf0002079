package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Reads the private key that belongs to a certificate: PEM, PKCS#8, not encrypted, hidden from
 * everybody but its owner.
 */
public final class KeyFile {
  private static final int NONCE_BYTES = 32;
  private static final int HEX = 16;
  private static final Set<PosixFilePermission> EXPOSING =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private KeyFile() {}

  /**
   * Reads the key. On a POSIX file system the file must not be readable or writable by its group or
   * by others; on another one its protection is not checked.
   *
   * @param file the PEM file
   * @param certificate what the key must belong to; a signature is made and verified to see that it
   *     does
   * @throws IdentityException if the file is missing, unreadable, exposed, malformed, or another
   *     certificate's
   */
  public static PrivateKey read(Path file, X509Certificate certificate) throws IdentityException {
    PemBlock block = PemFile.sole(file, "PRIVATE KEY", PemFile.MAX_BYTES);
    requireHidden(file);
    return key(file, block, certificate);
  }

  /** The key in what was read. */
  static PrivateKey key(Path file, PemBlock block, X509Certificate certificate)
      throws IdentityException {
    PublicKey owner = certificate.getPublicKey();
    PrivateKey key = decoded(file, block, owner.getAlgorithm());
    if (!fits(key, owner)) {
      throw new IdentityException(
          Reason.MISMATCH,
          file
              + ": not the key of the certificate beside it, which is of "
              + Text.quoted(certificate.getSubjectX500Principal().getName())
              + ", serial="
              + certificate.getSerialNumber().toString(HEX));
    }
    return key;
  }

  private static PrivateKey decoded(Path file, PemBlock block, String algorithm)
      throws IdentityException {
    byte[] der = block.der();
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          Reason.MALFORMED,
          file
              + ":"
              + block.line()
              + ": not a PKCS#8 private key for "
              + algorithm
              + ", which its certificate is for",
          e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static boolean fits(PrivateKey key, PublicKey owner) {
    try {
      byte[] nonce = new byte[NONCE_BYTES];
      new SecureRandom().nextBytes(nonce);
      Signature signature =
          Signature.getInstance(
              owner.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(nonce);
      byte[] signed = signature.sign();
      signature.initVerify(owner);
      signature.update(nonce);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // Keys of different curves or lengths fail so, before there is anything to compare.
      return false;
    }
  }

  private static void requireHidden(Path file) throws IdentityException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions;
    try {
      permissions = view.readAttributes().permissions();
    } catch (IOException e) {
      throw new IdentityException(
          Reason.UNREADABLE, file + ": mode cannot be read: " + e.getMessage(), e);
    }
    if (permissions.stream().anyMatch(EXPOSING::contains)) {
      String mode = PosixFilePermissions.toString(permissions);
      throw new IdentityException(
          Reason.EXPOSED_KEY,
          file + ": open to others than its owner (mode " + mode + "); chmod 600 it");
    }
  }
}
