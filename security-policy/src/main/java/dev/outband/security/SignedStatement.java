package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Bytes that a process of the trust domain has signed with its identity key, together with its
 * certificate: SHA256withECDSA, or SHA256withRSA for an RSA key.
 *
 * <p>The signature covers a purpose, too, so that a statement made for one use says nothing in
 * another, and no other signature of the same key (TLS signs with it) passes for a statement. It
 * proves who made the statement, not when, nor that it is made for the first time: whoever uses it
 * puts time and number into the content. Immutable and safe for use by several threads.
 */
public final class SignedStatement {
  private static final Pattern PURPOSE = Pattern.compile("[a-z0-9 .-]{1,64}");
  private static final String CONTEXT = "outband signed statement, version 1, ";

  private final X509Certificate signer;
  private final byte[] content;
  private final byte[] signature;

  private SignedStatement(X509Certificate signer, byte[] content, byte[] signature) {
    this.signer = signer;
    this.content = content;
    this.signature = signature;
  }

  /**
   * Signs.
   *
   * @param self whose key to sign with
   * @param purpose what the statement is for: 1 to 64 lower-case letters, digits, spaces, dots and
   *     dashes
   * @param content what is stated; copied
   * @return the statement
   */
  public static SignedStatement sign(Identity self, String purpose, byte[] content) {
    Credentials.Pair pair = self.pair();
    try {
      Signature signing = Signature.getInstance(algorithm(pair.key()));
      signing.initSign(pair.key());
      signing.update(prefix(purpose));
      signing.update(content);
      return new SignedStatement(pair.certificate(), content.clone(), signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "an identity's key signs, which was checked at loading, principal=" + self.principal(),
          e);
    }
  }

  /**
   * A statement that came from elsewhere; nothing is verified yet.
   *
   * @param certificate the signer's certificate, DER; bounded by the caller
   * @param content what is stated; copied
   * @param signature its signature; copied
   * @return the statement
   * @throws IllegalArgumentException if the certificate cannot be read
   */
  public static SignedStatement received(byte[] certificate, byte[] content, byte[] signature) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(certificate)) {
      X509Certificate signer =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      if (!Arrays.equals(signer.getEncoded(), certificate)) {
        throw new IllegalArgumentException("certificate is not in its one encoding");
      }
      return new SignedStatement(signer, content.clone(), signature.clone());
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException("certificate is unreadable", e);
    }
  }

  /**
   * Verifies the signer's certificate as that of a TLS peer would be (issued by the CA, valid now,
   * not revoked, strong, in the role), then the signature.
   *
   * @param reader in whose trust domain to verify
   * @param role the role that the signer must have
   * @param purpose what the statement must be for
   * @return who made it
   * @throws PeerRefusedException if the certificate is not acceptable, or the signature is not that
   *     of its key over this content and purpose
   */
  public Pin verify(Identity reader, Role role, String purpose) throws PeerRefusedException {
    try {
      Use use = role == Role.SERVER ? Use.SERVER_AUTH : Use.CLIENT_AUTH;
      Principal principal = reader.domain().check(signer, use, EnumSet.of(role));
      if (!isSigned(purpose)) {
        throw new CertificateRefusedException(
            Reason.WRONG_KEY, "signature is not that of " + principal, principal, null);
      }
      return Pin.of(signer);
    } catch (CertificateRefusedException e) {
      throw PeerRefusedException.of(e);
    }
  }

  /** The signer's certificate, DER. */
  public byte[] certificate() {
    try {
      return signer.getEncoded();
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  /** What is stated; a copy. */
  public byte[] content() {
    return content.clone();
  }

  /** The signature; a copy. */
  public byte[] signature() {
    return signature.clone();
  }

  private boolean isSigned(String purpose) {
    try {
      Signature verifying = Signature.getInstance(algorithm(signer.getPublicKey()));
      verifying.initVerify(signer.getPublicKey());
      verifying.update(prefix(purpose));
      verifying.update(content);
      return verifying.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(Key key) {
    return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }

  private static byte[] prefix(String purpose) {
    if (!PURPOSE.matcher(Objects.requireNonNull(purpose, "purpose")).matches()) {
      throw new IllegalArgumentException("purpose must match " + PURPOSE + ", not " + purpose);
    }
    return (CONTEXT + purpose + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
