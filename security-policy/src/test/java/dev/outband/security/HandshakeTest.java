package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.Loopback.Outcome;
import dev.outband.security.PeerRefusedException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeTest {
  private DomainFixture domain;
  private Identity server;
  private Identity client;
  private Path posing;
  private Path stranger;

  @BeforeAll
  void issue(@TempDir Path temp) throws Exception {
    domain = DomainFixture.create(temp.resolve("here"));
    DomainFixture elsewhere = DomainFixture.create(temp.resolve("there"));
    server = Identity.load(domain.server("alpha"));
    domain.server("fired");
    domain.authority().revoke("fired");
    posing = domain.client("posing");
    stranger = elsewhere.server("alpha");
    client = Identity.load(domain.client("reporting"));
  }

  @Test
  void shouldKnowEachOtherWhenBothAreOfTheDomain() throws Exception {
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), TlsEnd.clientOf(client));
    assertThat(outcome.client().failure()).isNull();
    assertThat(outcome.client().peer()).hasToString("server:alpha");
    assertThat(outcome.server().peer()).hasToString("client:reporting");
  }

  @Test
  void shouldAcceptServerAsCallerWhenItCallsAnother() throws Exception {
    Identity beta = Identity.load(domain.server("beta"));
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), TlsEnd.clientOf(beta));
    assertThat(outcome.server().peer()).hasToString("server:beta");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"})
  void shouldAcceptWhenDialedByAnyOfItsHosts(String host) throws Exception {
    try (Loopback loopback = new Loopback(TlsEnd.serverOf(server))) {
      Outcome outcome = loopback.connect(TlsEnd.clientOf(client), host);
      assertThat(outcome.client().peer()).hasToString("server:alpha");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedServers")
  void shouldRefuseServerWhenItsCertificateIsOdd(
      String what, RawPeer peer, Reason reason, String text) throws Exception {
    Outcome outcome = Loopback.connect(peer.server(), TlsEnd.clientOf(client));
    assertRefused(outcome.client().failure(), reason, text);
    assertThat(outcome.server().failure()).isNotNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedClients")
  void shouldRefuseCallerWhenItsCertificateIsOdd(
      String what, RawPeer peer, Reason reason, String text) throws Exception {
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), peer.client());
    assertRefused(outcome.server().failure(), reason, text);
    assertThat(PeerRefusedException.explain(outcome.client().failure()))
        .hasValueSatisfying(
            told -> assertThat(told).hasMessageContaining("refused our certificate"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongHosts")
  void shouldRefuseServerWhenDialedByAnotherName(String host, String text) throws Exception {
    try (Loopback loopback = new Loopback(TlsEnd.serverOf(server))) {
      Outcome outcome = loopback.connect(TlsEnd.clientOf(client), host);
      assertRefused(outcome.client().failure(), Reason.WRONG_HOST, text);
    }
  }

  @Test
  void shouldRefuseServerWhenOnlyItsCommonNameFits() throws Exception {
    RawPeer nameless = new OddCertificate().noHosts().issuedBy(domain);
    try (Loopback loopback = new Loopback(nameless.server())) {
      Outcome outcome = loopback.connect(TlsEnd.clientOf(client), "odd");
      assertRefused(
          outcome.client().failure(), Reason.WRONG_HOST, "is for no host, not for \"odd\"");
    }
  }

  @Test
  void shouldRefuseServerWhenHostNameWouldGoUnchecked() throws Exception {
    TlsEnd careless = new TlsEnd(client.sslContext(), client.serverParameters(), session -> null);
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), careless);
    assertRefused(outcome.client().failure(), Reason.WRONG_HOST, "would go unchecked");
  }

  @Test
  void shouldRefuseEarlierTlsWhenServing() throws Exception {
    RawPeer old = RawPeer.from(domain.client("old"));
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), old.speaking("TLSv1.2"));
    assertRefused(outcome.server().failure(), Reason.PROTOCOL, "TLS 1.3");
    assertRefused(outcome.client().failure(), Reason.PROTOCOL, "TLS 1.3");
  }

  @Test
  void shouldRefuseEarlierTlsWhenCalling() throws Exception {
    RawPeer old = RawPeer.from(domain.server("old-server"));
    Outcome outcome = Loopback.connect(old.speaking("TLSv1.2"), TlsEnd.clientOf(client));
    assertRefused(outcome.client().failure(), Reason.PROTOCOL, "TLS 1.3");
  }

  @Test
  void shouldRefuseEarlierTlsAfterHandshakeWhenParametersWereForgotten() throws Exception {
    RawPeer old = RawPeer.from(domain.client("older"));
    TlsEnd careless =
        new TlsEnd(server.sslContext(), needingCertificate("TLSv1.2"), server::verifyCaller);
    Outcome outcome = Loopback.connect(careless, old.speaking("TLSv1.2"));
    assertRefused(outcome.server().failure(), Reason.PROTOCOL, "must be TLSv1.3, not TLSv1.2");
  }

  @Test
  void shouldSayWhatThePeerKeptToItselfWhenOwnCertificateIsRevoked() throws Exception {
    Path folder = domain.client("leaver");
    Identity leaver = Identity.load(folder);
    domain.authority().revoke("leaver");
    Outcome outcome = Loopback.connect(TlsEnd.serverOf(server), TlsEnd.clientOf(leaver));
    assertRefused(
        outcome.server().failure(), Reason.REVOKED, "certificate of client:leaver was revoked");
    assertThat(leaver.explain(outcome.client().failure()))
        .hasValueSatisfying(
            told -> {
              assertThat(told.reason()).isEqualTo(Reason.REVOKED);
              assertThat(told)
                  .hasMessage(
                      "peer refused our certificate: certificate of client:leaver was revoked");
            });
  }

  Stream<Arguments> refusedServers() throws Exception {
    return Stream.concat(
        refusedEverywhere(),
        Stream.of(
            odd(
                "client's used as a server's",
                RawPeer.from(posing),
                Reason.WRONG_ROLE,
                "certificate of client:posing is a client's, used where a server's is needed"),
            odd(
                "no serverAuth",
                new OddCertificate().uses(KeyPurposeId.id_kp_clientAuth).issuedBy(domain),
                Reason.WRONG_USE,
                "lacks the extended key usage serverAuth")));
  }

  Stream<Arguments> refusedClients() throws Exception {
    return Stream.concat(
        refusedEverywhere(),
        Stream.of(
            odd(
                "none",
                RawPeer.withoutCertificate(),
                Reason.NO_CERTIFICATE,
                "peer presented no certificate"),
            odd(
                "no clientAuth",
                new OddCertificate().uses(KeyPurposeId.id_kp_serverAuth).issuedBy(domain),
                Reason.WRONG_USE,
                "lacks the extended key usage clientAuth")));
  }

  private Stream<Arguments> refusedEverywhere() throws Exception {
    Duration day = Duration.ofDays(1);
    return Stream.of(
        odd(
            "self-signed",
            new OddCertificate().selfSigned(),
            Reason.UNTRUSTED,
            "peer's certificate is self-signed, not issued by this trust domain's CA"),
        odd(
            "other CA",
            RawPeer.from(stranger),
            Reason.UNTRUSTED,
            "peer's certificate was issued by another CA, not"),
        odd(
            "CA of the same name",
            new OddCertificate().forgedFor(domain),
            Reason.UNTRUSTED,
            "another CA of the same name"),
        odd(
            "expired",
            new OddCertificate().valid(day.negated(), day.negated().plusHours(1)).issuedBy(domain),
            Reason.EXPIRED,
            "certificate of server:odd expired on 20"),
        odd(
            "not yet valid",
            new OddCertificate().valid(day, day.plusHours(1)).issuedBy(domain),
            Reason.NOT_YET_VALID,
            "certificate of server:odd is not valid before 20"),
        odd(
            "revoked",
            RawPeer.from(domain.dir().resolve("fired")),
            Reason.REVOKED,
            "certificate of server:fired was revoked"),
        odd(
            "CA bit",
            new OddCertificate().asAuthority().issuedBy(domain),
            Reason.WRONG_USE,
            "is a CA's"),
        odd(
            "the CA itself",
            new RawPeer(domain.certificate(), domain.key()),
            Reason.WRONG_ROLE,
            "names no single role"),
        odd(
            "RSA 1024",
            new OddCertificate().key("RSA", 1024).issuedBy(domain),
            Reason.WEAK,
            "RSA key must have at least 2048 bits, not 1024"),
        odd(
            "SHA-1",
            new OddCertificate().signature("SHA1withECDSA").issuedBy(domain),
            Reason.WEAK,
            "SHA1withECDSA"),
        odd(
            "no role",
            new OddCertificate().uris().issuedBy(domain),
            Reason.WRONG_ROLE,
            "it holds 0 URI names"),
        odd(
            "two roles",
            new OddCertificate().uris("outband:server:odd", "outband:client:odd").issuedBy(domain),
            Reason.WRONG_ROLE,
            "it holds 2 URI names"),
        odd(
            "unknown role",
            new OddCertificate().uris("outband:root:odd").issuedBy(domain),
            Reason.WRONG_ROLE,
            "names no known role: \"outband:root:odd\""),
        odd(
            "no extended key usage",
            new OddCertificate().uses().issuedBy(domain),
            Reason.WRONG_USE,
            "extended key usage"),
        odd(
            "unknown critical extension",
            new OddCertificate().unknownCriticalExtension().issuedBy(domain),
            Reason.UNTRUSTED,
            "is not acceptable"));
  }

  static Stream<Arguments> wrongHosts() {
    return Stream.of(
        Arguments.of(
            "other.example",
            "certificate of server:alpha is for localhost, 127.0.0.1, 0:0:0:0:0:0:0:1, not for"
                + " \"other.example\""),
        Arguments.of("::2", "not for \"::2\""),
        Arguments.of("127.0.0.2", "not for \"127.0.0.2\""),
        Arguments.of("alpha", "not for \"alpha\""));
  }

  private static Arguments odd(String what, RawPeer peer, Reason reason, String text) {
    return Arguments.of(what, peer, reason, text);
  }

  private static SSLParameters needingCertificate(String protocol) {
    SSLParameters parameters = new SSLParameters(null, new String[] {protocol});
    parameters.setNeedClientAuth(true);
    return parameters;
  }

  private static void assertRefused(Throwable failure, Reason reason, String text) {
    assertThat(PeerRefusedException.explain(failure))
        .as("explanation of %s", failure)
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal).hasMessageContaining(text);
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(List.of(refusal.getMessage().split("\n"))).hasSize(1);
            });
  }
}
