package dev.outband.security;

import dev.outband.fuzz.Bounds;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/** A file of certificates, or of a revocation list: PEM. */
public final class PemTarget {
  private static final Path FILE = Path.of("shown.pem");
  private static final Bounds BOUNDS = Bounds.of(PemTarget::decode, IdentityException.class);

  private PemTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) throws IdentityException {
    try {
      List<X509Certificate> unused = PemFile.certificates(FILE, input.clone());
    } catch (IdentityException e) {
      if (!e.getMessage().contains("X509 CRL")) {
        throw e;
      }
      X509CRL unused = PemFile.revocationList(FILE, input.clone());
    }
  }
}
