package dev.outband.security;

import java.net.Socket;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents the one certificate of an identity to whoever asks. It does not look at the issuers a
 * server names: a client of another trust domain is then refused for what it is, and not for coming
 * without a certificate.
 */
final class SoleKeyManager extends X509ExtendedKeyManager {
  /** Where what is presented comes from. */
  interface Pairs {
    /** What to present in a handshake that begins now. */
    Credentials.Pair current();

    /** The pair of an alias that a handshake has chosen; null if it is no longer known. */
    Credentials.Pair of(String alias);
  }

  private final Pairs credentials;

  SoleKeyManager(Pairs credentials) {
    this.credentials = credentials;
  }

  @Override
  public String chooseClientAlias(
      String[] keyTypes, java.security.Principal[] issuers, Socket socket) {
    return aliasFor(keyTypes);
  }

  @Override
  public String chooseEngineClientAlias(
      String[] keyTypes, java.security.Principal[] issuers, SSLEngine engine) {
    return aliasFor(keyTypes);
  }

  @Override
  public String chooseServerAlias(
      String keyType, java.security.Principal[] issuers, Socket socket) {
    return aliasFor(keyType);
  }

  @Override
  public String chooseEngineServerAlias(
      String keyType, java.security.Principal[] issuers, SSLEngine engine) {
    return aliasFor(keyType);
  }

  @Override
  public String[] getClientAliases(String keyType, java.security.Principal[] issuers) {
    return aliases(keyType);
  }

  @Override
  public String[] getServerAliases(String keyType, java.security.Principal[] issuers) {
    return aliases(keyType);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    Credentials.Pair pair = credentials.of(alias);
    return pair == null ? null : new X509Certificate[] {pair.certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    Credentials.Pair pair = credentials.of(alias);
    return pair == null ? null : pair.key();
  }

  private String aliasFor(String... keyTypes) {
    Credentials.Pair pair = credentials.current();
    return Arrays.asList(keyTypes).contains(pair.key().getAlgorithm()) ? pair.alias() : null;
  }

  private String[] aliases(String keyType) {
    String alias = aliasFor(keyType);
    return alias == null ? null : new String[] {alias};
  }
}
