package dev.outband.security.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes keys, certificates and revocation lists (RFC 5280): ECDSA on P-256 with SHA-256, 128-bit
 * random serial numbers. The keys and signatures are those of the JDK's own providers.
 */
final class Certificates {
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 128;

  private final SecureRandom random = new SecureRandom();

  /** Who is certified and for how long. */
  record Subject(String name, KeyPair keys, Instant from, Instant until) {
    X500Principal distinguished() {
      return new X500Principal("CN=" + name);
    }
  }

  /** Who signs. */
  record Issuer(X509Certificate certificate, PrivateKey key) {}

  /** What a process's certificate is for. */
  record Purpose(List<KeyPurposeId> uses, List<GeneralName> names) {}

  KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  X509Certificate authority(Subject subject)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    JcaX509v3CertificateBuilder builder = builder(subject.distinguished(), subject);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        utils.createSubjectKeyIdentifier(subject.keys().getPublic()));
    return signed(builder, subject.keys().getPrivate());
  }

  X509Certificate leaf(Subject subject, Purpose purpose, Issuer issuer)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    JcaX509v3CertificateBuilder builder =
        builder(issuer.certificate().getSubjectX500Principal(), subject);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(purpose.uses().toArray(KeyPurposeId[]::new)));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(purpose.names().toArray(GeneralName[]::new)));
    JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        utils.createSubjectKeyIdentifier(subject.keys().getPublic()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        utils.createAuthorityKeyIdentifier(issuer.certificate()));
    return signed(builder, issuer.key());
  }

  /** What another certificate is for, to be certified once more. */
  static Purpose purpose(X509Certificate certificate) throws IOException, GeneralSecurityException {
    Extensions extensions = new JcaX509CertificateHolder(certificate).getExtensions();
    return new Purpose(
        List.of(ExtendedKeyUsage.fromExtensions(extensions).getUsages()),
        List.of(
            GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName).getNames()));
  }

  X509CRL emptyList(Issuer issuer, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X509v2CRLBuilder builder = listBuilder(issuer, now);
    builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
    return signed(builder, issuer.key());
  }

  /** The next list after the given one: its entries and the new ones. */
  X509CRL extendedList(X509CRL before, List<BigInteger> serials, Issuer issuer, Instant now)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X509v2CRLBuilder builder = listBuilder(issuer, now);
    JcaX509CRLHolder holder = new JcaX509CRLHolder(before);
    builder.addCRL(holder);
    for (BigInteger serial : serials) {
      builder.addCRLEntry(serial, Date.from(now), CRLReason.unspecified);
    }
    Extension number = holder.getExtension(Extension.cRLNumber);
    BigInteger last =
        number == null
            ? BigInteger.ZERO
            : CRLNumber.getInstance(number.getParsedValue()).getCRLNumber();
    builder.addExtension(Extension.cRLNumber, false, new CRLNumber(last.add(BigInteger.ONE)));
    return signed(builder, issuer.key());
  }

  private X509v2CRLBuilder listBuilder(Issuer issuer, Instant now)
      throws IOException, GeneralSecurityException {
    JcaX509v2CRLBuilder builder =
        new JcaX509v2CRLBuilder(issuer.certificate().getSubjectX500Principal(), Date.from(now));
    // A list holds until the next one; files have no distribution point that could bring a fresh
    // one in time.
    builder.setNextUpdate(issuer.certificate().getNotAfter());
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.certificate()));
    return builder;
  }

  private JcaX509v3CertificateBuilder builder(X500Principal issuer, Subject subject) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial(),
        Date.from(subject.from()),
        Date.from(subject.until()),
        subject.distinguished(),
        subject.keys().getPublic());
  }

  private BigInteger serial() {
    BigInteger serial = new BigInteger(SERIAL_BITS, random);
    return serial.signum() == 0 ? serial() : serial;
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }

  private static X509CRL signed(X509v2CRLBuilder builder, PrivateKey key)
      throws CRLException, OperatorCreationException {
    return new JcaX509CRLConverter()
        .getCRL(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }
}
