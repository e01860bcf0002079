package dev.outband.security;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** A certificate whose signature is always good, so that what is in it is looked at. */
final class SignedByAnybody extends X509Certificate {
  private static final long serialVersionUID = 1L;

  private final transient X509Certificate read;
  private final PublicKey key;

  SignedByAnybody(X509Certificate read) {
    this(read, read.getPublicKey());
  }

  /** The same, but for another key. */
  SignedByAnybody(X509Certificate read, PublicKey key) {
    this.read = read;
    this.key = key;
  }

  @Override
  public void verify(PublicKey key) {}

  @Override
  public void verify(PublicKey key, String provider) {}

  @Override
  public void checkValidity() throws CertificateExpiredException, CertificateNotYetValidException {
    read.checkValidity();
  }

  @Override
  public void checkValidity(Date date)
      throws CertificateExpiredException, CertificateNotYetValidException {
    read.checkValidity(date);
  }

  @Override
  public int getVersion() {
    return read.getVersion();
  }

  @Override
  public BigInteger getSerialNumber() {
    return read.getSerialNumber();
  }

  @Override
  @Deprecated
  public Principal getIssuerDN() {
    return read.getIssuerX500Principal();
  }

  @Override
  public X500Principal getIssuerX500Principal() {
    return read.getIssuerX500Principal();
  }

  @Override
  @Deprecated
  public Principal getSubjectDN() {
    return read.getSubjectX500Principal();
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return read.getSubjectX500Principal();
  }

  @Override
  public Date getNotBefore() {
    return read.getNotBefore();
  }

  @Override
  public Date getNotAfter() {
    return read.getNotAfter();
  }

  @Override
  public byte[] getTBSCertificate() throws CertificateEncodingException {
    return read.getTBSCertificate();
  }

  @Override
  public byte[] getSignature() {
    return read.getSignature();
  }

  @Override
  public String getSigAlgName() {
    return read.getSigAlgName();
  }

  @Override
  public String getSigAlgOID() {
    return read.getSigAlgOID();
  }

  @Override
  public byte[] getSigAlgParams() {
    return read.getSigAlgParams();
  }

  @Override
  public boolean[] getIssuerUniqueID() {
    return read.getIssuerUniqueID();
  }

  @Override
  public boolean[] getSubjectUniqueID() {
    return read.getSubjectUniqueID();
  }

  @Override
  public boolean[] getKeyUsage() {
    return read.getKeyUsage();
  }

  @Override
  public List<String> getExtendedKeyUsage() throws CertificateParsingException {
    return read.getExtendedKeyUsage();
  }

  @Override
  public int getBasicConstraints() {
    return read.getBasicConstraints();
  }

  @Override
  public Collection<List<?>> getSubjectAlternativeNames() throws CertificateParsingException {
    return read.getSubjectAlternativeNames();
  }

  @Override
  public byte[] getEncoded() throws CertificateEncodingException {
    return read.getEncoded();
  }

  @Override
  public String toString() {
    return read.toString();
  }

  @Override
  public PublicKey getPublicKey() {
    return key;
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    return read.hasUnsupportedCriticalExtension();
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    return read.getCriticalExtensionOIDs();
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    return read.getNonCriticalExtensionOIDs();
  }

  @Override
  public byte[] getExtensionValue(String oid) {
    return read.getExtensionValue(oid);
  }
}
