package dev.outband.security;

import java.net.Socket;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The other side's own TLS: shows whatever certificate it has, or none, and trusts everybody. */
record RawPeer(X509Certificate certificate, PrivateKey key) {
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
    SSLParameters parameters = new SSLParameters(null, new String[] {"TLSv1.3"});
    parameters.setNeedClientAuth(true);
    return new TlsEnd(context(new AtomicInteger()), parameters, session -> null);
  }

  TlsEnd speaking(String protocol) throws Exception {
    return new TlsEnd(
        context(new AtomicInteger()),
        new SSLParameters(null, new String[] {protocol}),
        session -> null);
  }

  private SSLContext context(AtomicInteger shown) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] keys =
        key == null
            ? new KeyManager[0]
            : new KeyManager[] {
              new SoleKeyManager(new Fixed(new Credentials.Pair(certificate, key)))
            };
    context.init(keys, new TrustManager[] {new TrustingManager(shown)}, null);
    return context;
  }

  /** A pair that no file changes. */
  private record Fixed(Credentials.Pair current) implements SoleKeyManager.Pairs {
    @Override
    public Credentials.Pair of(String alias) {
      return current;
    }
  }

  private static final class TrustingManager extends X509ExtendedTrustManager {
    private final AtomicInteger shown;

    TrustingManager(AtomicInteger shown) {
      this.shown = shown;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

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
