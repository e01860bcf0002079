package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Puts a {@link TrustDomain}'s decisions before those of the JDK's PKIX trust manager, which adds
 * the host's name and its own algorithm constraints. Refuses where a server's name would go
 * unchecked, and where there is no connection to check it against.
 */
final class DomainTrustManager extends X509ExtendedTrustManager {
  private static final Set<Role> CALLERS = EnumSet.allOf(Role.class);
  private static final Set<Role> SERVERS = EnumSet.of(Role.SERVER);

  private final TrustDomain domain;
  private final X509ExtendedTrustManager pkix;

  DomainTrustManager(TrustDomain domain) throws GeneralSecurityException {
    this.domain = domain;
    this.pkix = pkix(domain.authority());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    X509Certificate leaf = leaf(chain);
    Principal peer = domain.check(leaf, Use.CLIENT_AUTH, CALLERS);
    try {
      pkix.checkClientTrusted(new X509Certificate[] {leaf}, authType, socket);
    } catch (CertificateException e) {
      throw untrusted(peer, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    X509Certificate leaf = leaf(chain);
    Principal peer = domain.check(leaf, Use.CLIENT_AUTH, CALLERS);
    try {
      pkix.checkClientTrusted(new X509Certificate[] {leaf}, authType, engine);
    } catch (CertificateException e) {
      throw untrusted(peer, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    X509Certificate leaf = leaf(chain);
    Principal peer = domain.check(leaf, Use.SERVER_AUTH, SERVERS);
    if (!(socket instanceof SSLSocket tls)) {
      throw unbound();
    }
    HostCheck host = host(tls.getSSLParameters(), tls.getHandshakeSession(), peer, leaf);
    try {
      pkix.checkServerTrusted(new X509Certificate[] {leaf}, authType, socket);
    } catch (CertificateException e) {
      throw wrongHostOr(host, e, authType);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    X509Certificate leaf = leaf(chain);
    Principal peer = domain.check(leaf, Use.SERVER_AUTH, SERVERS);
    HostCheck host = host(engine.getSSLParameters(), engine.getHandshakeSession(), peer, leaf);
    try {
      pkix.checkServerTrusted(new X509Certificate[] {leaf}, authType, engine);
    } catch (CertificateException e) {
      throw wrongHostOr(host, e, authType);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unbound();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unbound();
  }

  /** Told to peers, which have one certificate and show that whatever they are told. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[] {domain.authority()};
  }

  private static HostCheck host(
      SSLParameters parameters, SSLSession handshake, Principal peer, X509Certificate leaf)
      throws CertificateException {
    HostCheck check = new HostCheck(handshake.getPeerHost(), peer, leaf);
    check.requireEnabled(parameters);
    return check;
  }

  /**
   * The name is the only thing that the JDK checks with a connection and does not check without
   * one.
   */
  private CertificateException wrongHostOr(
      HostCheck host, CertificateException refusal, String authType) {
    try {
      pkix.checkServerTrusted(new X509Certificate[] {host.leaf()}, authType);
      return host.refusal(refusal);
    } catch (CertificateException e) {
      return untrusted(host.peer(), e);
    }
  }

  private static X509Certificate leaf(X509Certificate[] chain) throws CertificateException {
    if (chain == null || chain.length == 0) {
      throw new CertificateRefusedException(
          Reason.NO_CERTIFICATE, "certificate is missing", null, null);
    }
    return chain[0];
  }

  private static CertificateException untrusted(Principal peer, CertificateException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CertificateRefusedException(
        Reason.UNTRUSTED, "certificate of " + peer + " is not acceptable", peer, cause);
  }

  private static CertificateException unbound() {
    return new CertificateRefusedException(
        Reason.WRONG_HOST,
        "certificate came without a TLS connection to check it against",
        null,
        null);
  }

  private static X509ExtendedTrustManager pkix(X509Certificate authority)
      throws GeneralSecurityException {
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(Set.of(new TrustAnchor(authority, null)), new X509CertSelector());
    parameters.setRevocationEnabled(false);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }
}
