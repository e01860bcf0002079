package dev.outband.security;

import dev.outband.fuzz.Bounds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Random;

/**
 * A file with a private key, PEM of PKCS#8, beside the certificate of a key for EC, or else of one
 * for RSA. The keys are none that anybody would use.
 */
public final class KeyFileTarget {
  private static final Path FILE = Path.of("key.pem");
  private static final int PRIME_BITS = 512;
  private static final KeyPair EC = ec();
  private static final KeyPair RSA = rsa();
  private static final X509Certificate OF_EC =
      new SignedByAnybody(CertificateTarget.authority(), EC.getPublic());
  private static final X509Certificate OF_RSA =
      new SignedByAnybody(CertificateTarget.authority(), RSA.getPublic());
  private static final Bounds BOUNDS = Bounds.of(KeyFileTarget::decode, IdentityException.class);

  private KeyFileTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  static void decode(byte[] input) throws IdentityException {
    PrivateKey read;
    try {
      read = KeyFile.key(FILE, PemFile.sole(FILE, "PRIVATE KEY", input.clone()), OF_EC);
    } catch (IdentityException e) {
      if (!e.getMessage().contains("PKCS#8")) {
        throw e;
      }
      read = KeyFile.key(FILE, PemFile.sole(FILE, "PRIVATE KEY", input.clone()), OF_RSA);
    }
    if (!read.getAlgorithm().equals("EC") && !read.getAlgorithm().equals("RSA")) {
      throw new IllegalStateException("neither for EC nor for RSA: " + read.getAlgorithm());
    }
  }

  /** Both keys, and one that is another's. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "ec", pem(EC.getPrivate()),
        "rsa", pem(RSA.getPrivate()),
        "anothers", pem(scalar(BigInteger.TEN)));
  }

  private static byte[] pem(PrivateKey key) {
    byte[] lines = {'\n'};
    String body = Base64.getMimeEncoder(64, lines).encodeToString(key.getEncoded());
    String text = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The private number 1, whose public key is the curve's generator. */
  private static KeyPair ec() {
    try {
      ECParameterSpec curve = curve();
      return new KeyPair(
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)),
          scalar(BigInteger.ONE));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static PrivateKey scalar(BigInteger number) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, curve()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static KeyPair rsa() {
    BigInteger one = BigInteger.probablePrime(PRIME_BITS, new Random(1));
    BigInteger other = BigInteger.probablePrime(PRIME_BITS, new Random(2));
    BigInteger exponent = BigInteger.valueOf(65_537);
    BigInteger order = one.subtract(BigInteger.ONE).multiply(other.subtract(BigInteger.ONE));
    BigInteger modulus = one.multiply(other);
    try {
      KeyFactory keys = KeyFactory.getInstance("RSA");
      return new KeyPair(
          keys.generatePublic(new RSAPublicKeySpec(modulus, exponent)),
          keys.generatePrivate(new RSAPrivateKeySpec(modulus, exponent.modInverse(order))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }
}
