package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.security.PeerRefusedException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CredentialsTest {
  private static final String REFUSED = "certificate refused, the last good one stays in use: ";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Credentials.class);
  private DomainFixture domain;
  private Path folder;

  @BeforeEach
  void issue(@TempDir Path temp) throws Exception {
    domain = DomainFixture.create(temp.resolve("pki"));
    folder = domain.server("alpha");
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
  }

  @Test
  void shouldShowTheNewCertificateInTheNextHandshakeWhenItWasRenewed() throws Exception {
    Identity identity = Identity.load(folder);
    TlsEnd client = TlsEnd.clientOf(Identity.load(domain.client("c")));
    TlsEnd server = TlsEnd.serverOf(identity);
    assertThat(Loopback.connect(server, client).client().failure()).isNull();
    X509Certificate before = identity.certificate();
    domain.authority().renew("alpha");
    identity.refresh();
    assertThat(identity.certificate()).isNotEqualTo(before);
    assertThat(Loopback.connect(server, client).client().failure()).isNull();
    assertThat(said())
        .containsExactly(
            "certificate read again, principal=server:alpha, valid until="
                + identity.certificate().getNotAfter().toInstant());
  }

  @Test
  void shouldTakeUpANewKeyWhenBothFilesWereReplacedOneAfterTheOther() throws Exception {
    Identity identity = Identity.load(folder);
    X509Certificate before = identity.certificate();
    domain.authority().revoke("alpha");
    Path old = folder.resolveSibling("old");
    Files.move(folder, old);
    Path fresh = domain.server("alpha");
    Files.move(fresh, folder.resolveSibling("fresh"));
    Files.move(old, folder);
    Path from = folder.resolveSibling("fresh");
    Files.copy(
        from.resolve("key.pem"), folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    identity.refresh();
    assertThat(identity.certificate()).isEqualTo(before);
    Files.copy(
        from.resolve("cert.pem"), folder.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
    identity.refresh();
    assertThat(identity.certificate().getPublicKey()).isNotEqualTo(before.getPublicKey());
  }

  @Test
  void shouldKeepTheLastGoodPairAndSaySoOnceWhenAFileIsSpoiled() throws Exception {
    Identity identity = Identity.load(folder);
    X509Certificate before = identity.certificate();
    Files.writeString(folder.resolve("cert.pem"), "garbage");
    identity.refresh();
    identity.refresh();
    Path others = domain.client("other").resolve("cert.pem");
    X509Certificate other = PemFile.certificates(others).get(0);
    Files.copy(others, folder.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
    identity.refresh();
    Files.delete(folder.resolve("cert.pem"));
    identity.refresh();
    identity.refresh();
    assertThat(identity.certificate()).isEqualTo(before);
    assertThat(said())
        .containsExactly(
            REFUSED + folder + "/cert.pem: no PEM block in it, lines=1",
            REFUSED
                + folder
                + "/key.pem: not the key of the certificate beside it, which is of "
                + of(other),
            REFUSED + folder + "/cert.pem: does not exist");
  }

  @Test
  void shouldKeepTheLastGoodPairAndNameThePlaceWhenTheKeyFitsNoMoreOrIsSpoiled() throws Exception {
    Identity identity = Identity.load(folder);
    X509Certificate before = identity.certificate();
    Path key = folder.resolve("key.pem");
    List<String> lines = Files.readAllLines(key);
    Files.copy(domain.client("other").resolve("key.pem"), key, StandardCopyOption.REPLACE_EXISTING);
    identity.refresh();
    identity.refresh();
    lines.set(1, "*" + lines.get(1));
    Files.write(key, lines);
    identity.refresh();
    Files.write(key, lines.subList(0, 2));
    identity.refresh();
    Files.delete(key);
    identity.refresh();
    assertThat(identity.certificate()).isEqualTo(before);
    assertThat(said())
        .containsExactly(
            REFUSED + key + ": not the key of the certificate beside it, which is of " + of(before),
            REFUSED + key + ":2: damaged: \"PRIVATE KEY\" is not base64",
            REFUSED + key + ":1: cut short: no end of \"PRIVATE KEY\"",
            REFUSED + key + ": does not exist");
    TlsEnd client = TlsEnd.clientOf(Identity.load(domain.client("c")));
    assertThat(Loopback.connect(TlsEnd.serverOf(identity), client).client().failure()).isNull();
  }

  @Test
  void shouldRefuseACertificateOfSomebodyElseEvenWithItsKey() throws Exception {
    Identity identity = Identity.load(folder);
    Path other = domain.server("beta");
    for (String file : List.of("key.pem", "cert.pem")) {
      Files.copy(other.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    identity.refresh();
    assertThat(identity.principal()).hasToString("server:alpha");
    assertThat(Principal.of(identity.certificate())).hasToString("server:alpha");
    assertThat(said())
        .containsExactly(
            REFUSED
                + folder.resolve("cert.pem")
                + ": names server:beta, and this process is server:alpha");
  }

  @Test
  void shouldKnowThePairOfAHandshakeThatBeganBeforeTheChangeWhenTheFileIsTouchedSince()
      throws Exception {
    Credentials credentials =
        Credentials.load(
            new IdentityFolder(folder, InstantSource.system()),
            Identity.load(folder).domain(),
            InstantSource.system());
    Credentials.Pair before = credentials.current();
    domain.authority().renew("alpha");
    credentials.refresh();
    Files.setLastModifiedTime(folder.resolve("cert.pem"), FileTime.from(Instant.now()));
    credentials.refresh();
    assertThat(credentials.current()).isNotEqualTo(before);
    assertThat(credentials.of(before.alias())).isEqualTo(before);
  }

  @Test
  void shouldWarnOnceADayWhenTheCertificateEndsSoon() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    Identity identity = Identity.load(folder, now::get);
    assertThat(said()).isEmpty();
    now.set(Instant.now().plus(Duration.ofDays(368)));
    identity.refresh();
    identity.refresh();
    now.set(now.get().plus(Duration.ofHours(25)));
    identity.refresh();
    assertThat(said())
        .hasSize(2)
        .allMatch(line -> line.startsWith("certificate expires soon, renew it: principal=server:"));
  }

  @Test
  void shouldSayThatACertificateStandsNoMoreWhenItWasRevokedOrHasExpired() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    Identity identity = Identity.load(folder, now::get);
    X509Certificate client = Identity.load(domain.client("leaver")).certificate();
    identity.requireStanding(client);
    now.set(Instant.now().plus(Duration.ofDays(398)));
    assertThatThrownBy(() -> identity.requireStanding(client))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
    now.set(Instant.now());
    domain.authority().revoke("leaver");
    assertThatThrownBy(() -> identity.requireStanding(client))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVOKED))
        .hasMessage("certificate of client:leaver was revoked");
  }

  @Test
  void shouldTellWhichOfSeveralCertificatesStandNoMore() throws Exception {
    Identity identity = Identity.load(folder);
    X509Certificate leaver = Identity.load(domain.client("leaver")).certificate();
    X509Certificate stayer = Identity.load(domain.client("stayer")).certificate();
    assertThat(identity.outlawed(Set.of(leaver, stayer))).isEmpty();
    domain.authority().revoke("leaver");
    assertThat(identity.outlawed(Set.of(leaver, stayer)))
        .containsOnly(Map.entry(leaver, "certificate of client:leaver was revoked"));
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** How a line names a certificate. */
  private static String of(X509Certificate certificate) {
    return String.format(
        "\"%s\", serial=%x",
        certificate.getSubjectX500Principal().getName(), certificate.getSerialNumber());
  }
}
