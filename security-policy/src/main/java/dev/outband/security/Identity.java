package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

/**
 * Who a process is, and whom it accepts: its key and certificate, the CA of its trust domain, and
 * the list of what that CA has revoked. Everything that decides about a peer's certificate is here;
 * it has no switch to turn it off.
 *
 * <p>An identity lies in a folder: {@code key.pem} (PKCS#8, for its owner's eyes only), {@code
 * cert.pem}, {@code ca.pem} and, if anything was ever revoked, {@code crl.pem}. The CA's
 * certificate is read once. Key and certificate are read again when their files change, for the
 * handshakes from then on; the revocation list is looked at whenever a peer is checked, so a
 * revocation holds at once in a running process. What is wrong with a file that has changed is
 * logged, and the last good one stays in use. Safe for use by several threads.
 */
public final class Identity {
  private static final String PROTOCOL = "TLSv1.3";
  private static final String[] SUITES = {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"};

  /** Of TLS, to resume; the JDK keeps 20,480. Those that are too old go when there are more. */
  private static final int KEPT_SESSIONS = 256;

  /**
   * With the JDK it is a day. A session keeps all those in memory that have resumed it, one after
   * the other, and all have the age of the first.
   */
  private static final int RESUMED_FOR_S = 60;

  private final TrustDomain domain;
  private final Credentials credentials;
  private final Principal principal;
  private final String trustDomain;
  private final SSLContext sslContext;

  /** Who was met, and what proved it. */
  record Peer(X509Certificate certificate, Pin pin) {}

  private Identity(TrustDomain domain, Credentials credentials) throws GeneralSecurityException {
    this.domain = domain;
    this.credentials = credentials;
    this.principal = credentials.principal();
    this.trustDomain = sha256(domain.authority());
    this.sslContext = SSLContext.getInstance("TLS");
    sslContext.init(
        new KeyManager[] {new SoleKeyManager(credentials)},
        new TrustManager[] {new DomainTrustManager(domain)},
        null);
    limit(sslContext.getClientSessionContext());
    limit(sslContext.getServerSessionContext());
  }

  private static void limit(SSLSessionContext sessions) {
    sessions.setSessionCacheSize(KEPT_SESSIONS);
    sessions.setSessionTimeout(RESUMED_FOR_S);
  }

  /**
   * Reads and checks an identity: every file well-formed, the key hidden from others and the
   * certificate's own, the certificate issued by the CA, valid now, not revoked, strong, and made
   * for its role.
   *
   * @param folder the folder with the PEM files
   * @throws IdentityException with one line that names the file and what is wrong
   */
  public static Identity load(Path folder) throws IdentityException {
    return load(folder, InstantSource.system());
  }

  static Identity load(Path folder, InstantSource clock) throws IdentityException {
    IdentityFolder files = new IdentityFolder(folder, clock);
    X509Certificate authority = files.authority();
    TrustDomain domain = new TrustDomain(authority, files.revocations(authority), clock);
    Credentials credentials = Credentials.load(files, domain, clock);
    try {
      return new Identity(domain, credentials);
    } catch (GeneralSecurityException e) {
      throw new IdentityException(
          IdentityException.Reason.UNREADABLE,
          folder + ": this JVM cannot use it for TLS: " + e.getMessage(),
          e);
    }
  }

  /** Who this process is. */
  public Principal principal() {
    return principal;
  }

  /** This process's certificate, as its file has it now. */
  public X509Certificate certificate() {
    return credentials.current().certificate();
  }

  /**
   * Looks at the files of key and certificate now, and says in the log if the certificate ends
   * soon. A server does so by itself once a second.
   */
  public void refresh() {
    credentials.refresh();
  }

  /**
   * Checks again what may have changed since a peer's certificate was accepted: that it has neither
   * expired nor been revoked.
   *
   * @param accepted a certificate that {@link #verify} or {@link #verifyCaller} accepted
   * @throws PeerRefusedException if it is not good any more
   */
  public void requireStanding(X509Certificate accepted) throws PeerRefusedException {
    try {
      domain.requireStanding(accepted);
    } catch (CertificateRefusedException e) {
      throw PeerRefusedException.of(e);
    }
  }

  /**
   * Asks {@link #requireStanding} about several certificates.
   *
   * @param accepted certificates that {@link #verify} or {@link #verifyCaller} accepted
   * @return those that are not good any more, each with one line that says why
   */
  public Map<X509Certificate, String> outlawed(Set<X509Certificate> accepted) {
    Map<X509Certificate, String> outlawed = new HashMap<>();
    for (X509Certificate certificate : accepted) {
      try {
        requireStanding(certificate);
      } catch (PeerRefusedException e) {
        outlawed.put(certificate, e.getMessage());
      }
    }
    return outlawed;
  }

  /** This process's principal and key, as others may expect them of it. */
  public Pin pin() {
    try {
      return Pin.of(certificate());
    } catch (CertificateRefusedException e) {
      throw new IllegalStateException("an identity's certificate was checked at loading", e);
    }
  }

  /** The trust domain's name: SHA-256 of the CA's certificate, 64 lower-case hexadecimal digits. */
  public String trustDomain() {
    return trustDomain;
  }

  /**
   * The TLS context of this identity; the same for every call, and shared with no other identity.
   * Connections made from it need {@link #clientParameters()} or {@link #serverParameters()}; after
   * each handshake call {@link #verify(SSLSession, Role)} or {@link #verifyCaller}, which a resumed
   * session does not escape.
   */
  public SSLContext sslContext() {
    return sslContext;
  }

  /**
   * A fresh set of what a dialing socket needs: TLS 1.3 alone, AES-GCM, and the host's name checked
   * against the certificate.
   */
  public SSLParameters clientParameters() {
    SSLParameters parameters = new SSLParameters(SUITES.clone(), new String[] {PROTOCOL});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  /**
   * A fresh set of what an accepting socket needs: TLS 1.3 alone, AES-GCM, and a certificate
   * demanded of the peer.
   */
  public SSLParameters serverParameters() {
    SSLParameters parameters = new SSLParameters(SUITES.clone(), new String[] {PROTOCOL});
    parameters.setNeedClientAuth(true);
    parameters.setUseCipherSuitesOrder(true);
    return parameters;
  }

  /**
   * Checks the peer of an established session once more, resumed or not: certificate present,
   * issued by the CA, valid now, not revoked, in the expected role. A session that fails is
   * invalidated, so that nobody resumes it. Does not check the host's name; the handshake did.
   *
   * @param session the connection's session, after its handshake
   * @param expected the role that the peer must have
   * @return the peer
   * @throws PeerRefusedException if the peer is not acceptable
   */
  public Principal verify(SSLSession session, Role expected) throws PeerRefusedException {
    Use use = expected == Role.SERVER ? Use.SERVER_AUTH : Use.CLIENT_AUTH;
    return verify(session, use, EnumSet.of(expected));
  }

  /**
   * As {@link #verify(SSLSession, Role)}.
   *
   * @param expectedPin no other process will do; null for any
   */
  Peer verify(SSLSession session, Role expected, Pin expectedPin) throws PeerRefusedException {
    verify(session, expected);
    try {
      X509Certificate leaf = leaf(session);
      if (expectedPin != null) {
        expectedPin.require(leaf);
      }
      return new Peer(leaf, Pin.of(leaf));
    } catch (CertificateRefusedException e) {
      throw PeerRefusedException.of(e);
    }
  }

  /**
   * As {@link #verify(SSLSession, Role)}, for the accepting end, where clients and other servers
   * may call.
   *
   * @param session the connection's session, after its handshake
   * @return the caller
   * @throws PeerRefusedException if the peer is not acceptable
   */
  public Principal verifyCaller(SSLSession session) throws PeerRefusedException {
    return verify(session, Use.CLIENT_AUTH, EnumSet.allOf(Role.class));
  }

  /**
   * As {@link PeerRefusedException#explain}; where the peer refused this process's certificate
   * without saying why, adds what this process can see itself: that it has expired since it was
   * loaded, or was revoked.
   *
   * @param failure what was caught
   * @return the refusal, or empty if the failure is none
   */
  public Optional<PeerRefusedException> explain(Throwable failure) {
    return PeerRefusedException.explain(failure).map(this::explained);
  }

  TrustDomain domain() {
    return domain;
  }

  /** The certificate and the key that belong together now. */
  Credentials.Pair pair() {
    return credentials.current();
  }

  /** The principal and the first digits of the trust domain; no secret. */
  @Override
  public String toString() {
    return "Identity[" + principal + ", trust domain " + trustDomain.substring(0, 12) + "]";
  }

  private PeerRefusedException explained(PeerRefusedException refusal) {
    if (refusal.reason() != Reason.REFUSED_BY_PEER) {
      return refusal;
    }
    try {
      domain.check(certificate(), Use.CLIENT_AUTH, EnumSet.allOf(Role.class));
    } catch (CertificateRefusedException e) {
      return new PeerRefusedException(
          e.reason(), "peer refused our certificate: " + e.getMessage(), null, refusal);
    }
    return new PeerRefusedException(
        refusal.reason(), refusal.getMessage() + "; we are " + principal, null, refusal);
  }

  private Principal verify(SSLSession session, Use use, Set<Role> roles)
      throws PeerRefusedException {
    try {
      if (!session.getProtocol().equals(PROTOCOL)) {
        throw new PeerRefusedException(
            Reason.PROTOCOL,
            "connection must be " + PROTOCOL + ", not " + session.getProtocol(),
            null,
            null);
      }
      return domain.check(leaf(session), use, roles);
    } catch (CertificateRefusedException e) {
      session.invalidate();
      throw PeerRefusedException.of(e);
    }
  }

  private static X509Certificate leaf(SSLSession session) throws PeerRefusedException {
    try {
      Certificate[] chain = session.getPeerCertificates();
      if (chain.length > 0 && chain[0] instanceof X509Certificate leaf) {
        return leaf;
      }
      throw new PeerRefusedException(
          Reason.NO_CERTIFICATE, "peer presented no certificate", null, null);
    } catch (SSLPeerUnverifiedException e) {
      throw new PeerRefusedException(
          Reason.NO_CERTIFICATE, "peer presented no certificate", null, e);
    }
  }

  private static String sha256(X509Certificate authority)
      throws NoSuchAlgorithmException, CertificateEncodingException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(authority.getEncoded()));
  }
}
