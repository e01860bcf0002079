package dev.outband.security;

import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The other side's own TLS: shows whatever certificate it has, or none, and trusts everybody.
 *
 * @param above what it shows behind its certificate
 */
record RawPeer(X509Certificate certificate, PrivateKey key, List<X509Certificate> above) {
  RawPeer(X509Certificate certificate, PrivateKey key) {
    this(certificate, key, List.of());
  }

  RawPeer showing(RawPeer... others) {
    return new RawPeer(certificate, key, Stream.of(others).map(RawPeer::certificate).toList());
  }

  static RawPeer withoutCertificate() {
    return new RawPeer(null, null);
  }

  static RawPeer from(Path folder) throws Exception {
    X509Certificate certificate = PemFile.certificates(folder.resolve("cert.pem")).get(0);
    return new RawPeer(certificate, KeyFile.read(folder.resolve("key.pem"), certificate));
  }

  TlsEnd client() throws Exception {
    return client(new AtomicInteger());
  }

  /** A client that counts the certificates it is shown: a resumed session shows none. */
  TlsEnd client(AtomicInteger shown) throws Exception {
    return new TlsEnd(
        context(shown), new SSLParameters(null, new String[] {"TLSv1.3"}), session -> null);
  }

  TlsEnd server() throws Exception {
    return server(new AtomicInteger());
  }

  /** A server that counts the certificates it is shown. */
  TlsEnd server(AtomicInteger shown) throws Exception {
    SSLParameters parameters = new SSLParameters(null, new String[] {"TLSv1.3"});
    parameters.setNeedClientAuth(true);
    return new TlsEnd(context(shown), parameters, session -> null);
  }

  TlsEnd speaking(String protocol) throws Exception {
    return speaking(protocol, (String[]) null);
  }

  TlsEnd speaking(String protocol, String... suites) throws Exception {
    return new TlsEnd(
        context(new AtomicInteger()),
        new SSLParameters(suites, new String[] {protocol}),
        session -> null);
  }

  private SSLContext context(AtomicInteger shown) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] keys =
        key == null ? new KeyManager[0] : new KeyManager[] {new ShowingManager(this)};
    context.init(keys, new TrustManager[] {new TrustingManager(shown)}, null);
    return context;
  }

  /** Shows the one certificate that there is wherever its kind of key will do. */
  private static final class ShowingManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "peer";

    private final RawPeer peer;

    ShowingManager(RawPeer peer) {
      this.peer = peer;
    }

    private String alias(String... keyTypes) {
      return List.of(keyTypes).contains(peer.key().getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return alias(keyTypes);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return alias(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return Stream.concat(Stream.of(peer.certificate()), peer.above().stream())
          .toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return peer.key();
    }
  }

  private static final class TrustingManager extends X509ExtendedTrustManager {
    private final AtomicInteger shown;

    TrustingManager(AtomicInteger shown) {
      this.shown = shown;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
      shown.incrementAndGet();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      shown.incrementAndGet();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
