package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The one process that a connection is for: its principal and its key. A certificate that is merely
 * valid is not enough for it.
 *
 * @param principal who it is
 * @param keyId SHA-256 of its public key (the certificate's SubjectPublicKeyInfo), 64 lower-case
 *     hexadecimal digits
 */
public record Pin(Principal principal, String keyId) {
  private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if the key's id has another form
   */
  public Pin {
    Objects.requireNonNull(principal, "principal");
    if (!KEY_ID.matcher(keyId).matches()) {
      throw new IllegalArgumentException("keyId must be 64 lower-case hexadecimal digits");
    }
  }

  /**
   * Reads the pin of a certificate's holder. Says nothing about whether the certificate is to be
   * trusted.
   *
   * @param certificate a process's certificate
   * @return its principal and key
   * @throws CertificateRefusedException if it names no single principal
   */
  static Pin of(X509Certificate certificate) throws CertificateRefusedException {
    return new Pin(Principal.of(certificate), keyId(certificate));
  }

  /** Refuses a verified peer that is another one, or has another key. */
  void require(X509Certificate leaf) throws CertificateRefusedException {
    Pin shown = of(leaf);
    if (!shown.principal().equals(principal)) {
      throw refused(
          "certificate is that of " + shown.principal() + ", expected is " + principal, shown);
    }
    if (!shown.keyId().equals(keyId)) {
      throw refused(
          "certificate of "
              + principal
              + " has the key "
              + shown.keyId().substring(0, 12)
              + ", expected is "
              + keyId.substring(0, 12),
          shown);
    }
  }

  /** The principal and the first digits of the key's id. */
  @Override
  public String toString() {
    return principal + "/" + keyId.substring(0, 12);
  }

  private static CertificateRefusedException refused(String message, Pin shown) {
    return new CertificateRefusedException(Reason.WRONG_KEY, message, shown.principal(), null);
  }

  private static String keyId(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
