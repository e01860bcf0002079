package dev.outband.security;

import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Resources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;

/**
 * A certificate that somebody shows, DER: read as that of a member's record is, then judged as if
 * the CA had signed whatever is in it.
 */
public final class CertificateTarget {
  private static final Bounds BOUNDS =
      Bounds.of(
          CertificateTarget::decode, CertificateException.class, IllegalArgumentException.class);
  private static final TrustDomain DOMAIN = domain();

  private CertificateTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) throws CertificateException {
    byte[] shown = SignedStatement.received(input, new byte[0], new byte[0]).certificate();
    X509Certificate leaf = new SignedByAnybody(read(shown));
    Pin unused = Pin.of(leaf);
    Principal peer = DOMAIN.check(leaf, Use.SERVER_AUTH, EnumSet.of(Role.SERVER));
    if (peer.role() != Role.SERVER) {
      throw new IllegalStateException("a server has the role of one: " + peer);
    }
  }

  /** Of the seeds' domain. */
  static X509Certificate authority() {
    return DOMAIN.authority();
  }

  private static X509Certificate read(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** At a time at which the seeds are valid. */
  private static TrustDomain domain() {
    try {
      X509Certificate authority = read(Resources.bytes("ca.der"));
      RevocationList none = RevocationList.load(Path.of("no-such-list.pem"), authority);
      return new TrustDomain(
          authority,
          none,
          InstantSource.fixed(authority.getNotBefore().toInstant().plus(Duration.ofDays(1))));
    } catch (IOException | CertificateException e) {
      throw new IllegalStateException("the CA's certificate is among the resources", e);
    }
  }
}
