package dev.outband.benchmarks;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * The identities of {@link ThrowAwayDomain} as peers take them: TLS 1.3 and certificates at both
 * ends, like Outband's control port.
 */
final class PeerTls {
  private static final String TLS_1_3 = "TLSv1.3";

  private PeerTls() {}

  /** What a peer's sending end shows and asks for, by BoringSSL. */
  static SslContextBuilder server(Path pki) {
    Path folder = ThrowAwayDomain.serverFolder(pki);
    return common(SslContextBuilder.forServer(certificate(folder), key(folder)), folder)
        .clientAuth(ClientAuth.REQUIRE)
        .sslProvider(SslProvider.OPENSSL);
  }

  /** What a peer's receiving end shows and asks for, by BoringSSL. */
  static SslContextBuilder client(Path pki) {
    Path folder = ThrowAwayDomain.clientFolder(pki);
    return common(SslContextBuilder.forClient(), folder)
        .keyManager(certificate(folder), key(folder))
        .sslProvider(SslProvider.OPENSSL);
  }

  /** The sending end's context of the JDK's own TLS. */
  static SSLContext jdkServer(Path pki) throws SSLException {
    return context(server(pki));
  }

  /** The receiving end's context of the JDK's own TLS. */
  static SSLContext jdkClient(Path pki) throws SSLException {
    return context(client(pki));
  }

  private static SSLContext context(SslContextBuilder builder) throws SSLException {
    return ((JdkSslContext) builder.sslProvider(SslProvider.JDK).build()).context();
  }

  private static SslContextBuilder common(SslContextBuilder builder, Path folder) {
    return builder.trustManager(authority(folder)).protocols(TLS_1_3);
  }

  /** The certificate of an identity's trust domain. */
  static File authority(Path folder) {
    return folder.resolve("ca.pem").toFile();
  }

  /** The certificate of an identity. */
  static File certificate(Path folder) {
    return folder.resolve("cert.pem").toFile();
  }

  /** The private key of an identity. */
  static File key(Path folder) {
    return folder.resolve("key.pem").toFile();
  }
}
