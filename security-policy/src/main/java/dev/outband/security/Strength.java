package dev.outband.security;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The least that a certificate's key and signature must be: elliptic curves from 256 bits, RSA from
 * 2048, SHA-256.
 */
final class Strength {
  private static final int MIN_EC_BITS = 256;
  private static final int MIN_RSA_BITS = 2048;
  private static final Set<String> SIGNATURES =
      Set.of(
          "SHA256WITHECDSA",
          "SHA384WITHECDSA",
          "SHA512WITHECDSA",
          "SHA256WITHRSA",
          "SHA384WITHRSA",
          "SHA512WITHRSA");

  private Strength() {}

  /** What is too weak in the certificate; empty if nothing is. */
  static Optional<String> complaint(X509Certificate certificate) {
    String signature = certificate.getSigAlgName();
    if (!SIGNATURES.contains(signature.toUpperCase(Locale.ROOT))) {
      return Optional.of("signature algorithm " + Text.quoted(signature) + " is not accepted");
    }
    return keyComplaint(certificate.getPublicKey());
  }

  private static Optional<String> keyComplaint(PublicKey key) {
    if (key instanceof ECPublicKey ec) {
      return shorter("EC", ec.getParams().getOrder().bitLength(), MIN_EC_BITS);
    }
    if (key instanceof RSAPublicKey rsa) {
      return shorter("RSA", rsa.getModulus().bitLength(), MIN_RSA_BITS);
    }
    return Optional.of("key algorithm " + Text.quoted(key.getAlgorithm()) + " is not accepted");
  }

  private static Optional<String> shorter(String algorithm, int bits, int minimum) {
    return bits >= minimum
        ? Optional.empty()
        : Optional.of(algorithm + " key must have at least " + minimum + " bits, not " + bits);
  }
}
