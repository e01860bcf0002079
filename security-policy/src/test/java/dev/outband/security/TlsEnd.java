package dev.outband.security;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/** One end of a test connection: its TLS, and what it checks after the handshake. */
record TlsEnd(SSLContext context, SSLParameters parameters, Check check) {
  /** What an end does with an established session. */
  @FunctionalInterface
  interface Check {
    Principal apply(SSLSession session) throws PeerRefusedException;
  }

  static TlsEnd serverOf(Identity identity) {
    return new TlsEnd(identity.sslContext(), identity.serverParameters(), identity::verifyCaller);
  }

  static TlsEnd clientOf(Identity identity) {
    return new TlsEnd(
        identity.sslContext(),
        identity.clientParameters(),
        session -> identity.verify(session, Role.SERVER));
  }
}
