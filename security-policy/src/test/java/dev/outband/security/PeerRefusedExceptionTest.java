package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.PeerRefusedException.Reason;
import java.io.IOException;
import java.net.SocketException;
import java.rmi.ConnectIOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class PeerRefusedExceptionTest {
  @ParameterizedTest
  @CsvSource({
    "certificate_required, NO_CERTIFICATE",
    "bad_certificate, REFUSED_BY_PEER",
    "certificate_expired, EXPIRED",
    "certificate_revoked, REVOKED",
    "unknown_ca, UNTRUSTED",
    "unsupported_certificate, WEAK",
    "certificate_unknown, REFUSED_BY_PEER",
    "access_denied, REFUSED_BY_PEER",
    "handshake_failure, PROTOCOL",
    "protocol_version, PROTOCOL"
  })
  void shouldSayWhatTheAlertMeansWhenOneWasReceived(String alert, Reason reason) {
    for (String text :
        new String[] {
          "Received fatal alert: " + alert, "(" + alert + ") Received fatal alert: " + alert
        }) {
      IOException wrapped =
          new ConnectIOException("error during JRMP connection", new SSLHandshakeException(text));
      assertThat(PeerRefusedException.explain(wrapped))
          .hasValueSatisfying(
              refusal -> {
                assertThat(refusal.reason()).isEqualTo(reason);
                assertThat(refusal).hasMessageEndingWith("(TLS alert " + alert + ")");
                assertThat(refusal.peer()).isEmpty();
              });
    }
  }

  @Test
  void shouldExplainNothingWhenTheFailureIsNoRefusal() {
    assertThat(PeerRefusedException.explain(new SocketException("Connection reset"))).isEmpty();
    assertThat(
            PeerRefusedException.explain(new SSLException("Received fatal alert: internal_error")))
        .isEmpty();
    assertThat(PeerRefusedException.explain(new SSLException((String) null))).isEmpty();
    assertThat(PeerRefusedException.explain(new IOException("Received fatal alert: unknown_ca")))
        .isEmpty();
    assertThat(PeerRefusedException.explain(null)).isEmpty();
  }

  @Test
  void shouldPreferOwnRefusalWhenItLiesDeeper() {
    Principal peer = new Principal("alpha", Role.SERVER);
    CertificateRefusedException own =
        new CertificateRefusedException(Reason.EXPIRED, "expired", peer, null);
    SSLException outer = new SSLHandshakeException("protocol version, it says");
    outer.initCause(own);
    assertThat(PeerRefusedException.explain(new IOException(outer)))
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED);
              assertThat(refusal.peer()).contains(peer);
              assertThat(PeerRefusedException.explain(new IOException(refusal)))
                  .containsSame(refusal);
            });
  }

  @Test
  void shouldSayNoCertificateWhenPeerIsUnverified() {
    assertThat(
            PeerRefusedException.explain(new SSLPeerUnverifiedException("peer not authenticated")))
        .hasValueSatisfying(
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NO_CERTIFICATE));
  }

  @Test
  void shouldEndWhenCausesGoRound() {
    IOException one = new IOException("one");
    IOException two = new IOException("two", one);
    one.initCause(two);
    assertThat(PeerRefusedException.explain(one)).isEmpty();
  }
}
