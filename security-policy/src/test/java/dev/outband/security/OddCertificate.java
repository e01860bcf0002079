package dev.outband.security;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Builds certificates that the certificate authority would never issue. What is not said is as in a
 * good server's.
 */
final class OddCertificate {
  private final List<String> uris = new ArrayList<>(List.of("outband:server:odd"));
  private final List<KeyPurposeId> uses =
      new ArrayList<>(List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
  private final List<GeneralName> hosts =
      new ArrayList<>(
          List.of(
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
  private X500Principal subject = new X500Principal("CN=odd");
  private String algorithm = "EC";
  private int bits = 256;
  private String signature = "SHA256withECDSA";
  private boolean authority;
  private boolean unknownCritical;
  private Duration from = Duration.ofMinutes(-1);
  private Duration until = Duration.ofDays(1);

  OddCertificate uris(String... names) {
    uris.clear();
    uris.addAll(List.of(names));
    return this;
  }

  OddCertificate uses(KeyPurposeId... purposes) {
    uses.clear();
    uses.addAll(List.of(purposes));
    return this;
  }

  OddCertificate subject(String name) {
    subject = new X500Principal(name);
    return this;
  }

  OddCertificate noHosts() {
    hosts.clear();
    return this;
  }

  OddCertificate key(String keyAlgorithm, int keyBits) {
    algorithm = keyAlgorithm;
    bits = keyBits;
    return this;
  }

  OddCertificate signature(String name) {
    signature = name;
    return this;
  }

  OddCertificate asAuthority() {
    authority = true;
    return this;
  }

  OddCertificate unknownCriticalExtension() {
    unknownCritical = true;
    return this;
  }

  OddCertificate valid(Duration start, Duration end) {
    from = start;
    until = end;
    return this;
  }

  RawPeer issuedBy(DomainFixture domain) throws Exception {
    KeyPair keys = keys();
    return new RawPeer(
        certificate(keys, domain.certificate().getSubjectX500Principal(), domain.key()),
        keys.getPrivate());
  }

  /** Signed by another one, which the domain's authority may have signed. */
  RawPeer issuedBy(RawPeer issuer) throws Exception {
    KeyPair keys = keys();
    return new RawPeer(
        certificate(keys, issuer.certificate().getSubjectX500Principal(), issuer.key()),
        keys.getPrivate());
  }

  RawPeer selfSigned() throws Exception {
    KeyPair keys = keys();
    return new RawPeer(certificate(keys, subject, keys.getPrivate()), keys.getPrivate());
  }

  /** Signed by a key of nobody's, under the name of the domain's authority. */
  RawPeer forgedFor(DomainFixture domain) throws Exception {
    KeyPair keys = keys();
    X500Principal issuer = domain.certificate().getSubjectX500Principal();
    return new RawPeer(certificate(keys, issuer, keys().getPrivate()), keys.getPrivate());
  }

  private KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  private X509Certificate certificate(KeyPair keys, X500Principal issuer, PrivateKey signer)
      throws Exception {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            BigInteger.valueOf(System.nanoTime()),
            Date.from(now.plus(from)),
            Date.from(now.plus(until)),
            subject,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!uses.isEmpty()) {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(uses.toArray(KeyPurposeId[]::new)));
    }
    addNames(builder);
    if (unknownCritical) {
      builder.addExtension(Extension.inhibitAnyPolicy.branch("9999"), true, new byte[] {5, 0});
    }
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(signer)));
  }

  private void addNames(JcaX509v3CertificateBuilder builder) throws Exception {
    List<GeneralName> names = new ArrayList<>(hosts);
    uris.forEach(uri -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
  }
}
