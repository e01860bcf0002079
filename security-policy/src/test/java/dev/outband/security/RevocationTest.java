package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.security.Loopback.Outcome;
import dev.outband.security.PeerRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class RevocationTest {
  private static final String REFUSED =
      "revocation list refused, the last good one stays in force: ";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(RevocationList.class);
  private DomainFixture domain;
  private Path serverFolder;
  private TlsEnd server;
  private Path leaver;

  @BeforeEach
  void issue(@TempDir Path temp) throws Exception {
    domain = DomainFixture.create(temp.resolve("pki"));
    serverFolder = domain.server("alpha");
    leaver = domain.client("leaver");
    server = TlsEnd.serverOf(Identity.load(serverFolder));
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void detach() {
    logger.detachAppender(log);
    log.stop();
  }

  @Test
  void shouldRefuseCallerWhenRevokedWhileServerRuns() throws Exception {
    TlsEnd client = TlsEnd.clientOf(Identity.load(leaver));
    assertThat(Loopback.connect(server, client).server().peer()).hasToString("client:leaver");
    domain.authority().revoke("leaver");
    assertRevoked(Loopback.connect(server, client));
  }

  @Test
  void shouldRefuseResumedSessionWhenCallerWasRevokedSince() throws Exception {
    AtomicInteger handshakes = new AtomicInteger();
    TlsEnd client = RawPeer.from(leaver).client(handshakes);
    try (Loopback loopback = new Loopback(server)) {
      assertThat(loopback.connect(client, "localhost").server().peer())
          .hasToString("client:leaver");
      assertThat(loopback.connect(client, "localhost").server().peer())
          .hasToString("client:leaver");
      assertThat(handshakes).as("certificates shown, the second session being resumed").hasValue(1);
      domain.authority().revoke("leaver");
      assertRevoked(loopback.connect(client, "localhost"));
      assertThat(handshakes).as("certificates shown, the third session being resumed").hasValue(1);
    }
  }

  @Test
  void shouldRefuseResumedSessionWhenCallerHasExpiredSince() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    TlsEnd aging = TlsEnd.serverOf(Identity.load(serverFolder, now::get));
    AtomicInteger handshakes = new AtomicInteger();
    TlsEnd client = RawPeer.from(leaver).client(handshakes);
    try (Loopback loopback = new Loopback(aging)) {
      assertThat(loopback.connect(client, "localhost").server().peer())
          .hasToString("client:leaver");
      now.set(Instant.now().plus(Duration.ofDays(398)));
      Outcome outcome = loopback.connect(client, "localhost");
      assertThat(handshakes).as("certificates shown, the second session being resumed").hasValue(1);
      assertThat(PeerRefusedException.explain(outcome.server().failure()))
          .hasValueSatisfying(refusal -> assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED));
    }
  }

  @Test
  void shouldRefuseServerWhenRevokedWhileClientRuns() throws Exception {
    TlsEnd client = TlsEnd.clientOf(Identity.load(domain.client("reporting")));
    domain.authority().revoke("alpha");
    Outcome outcome = Loopback.connect(server, client);
    assertThat(PeerRefusedException.explain(outcome.client().failure()))
        .hasValueSatisfying(refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REVOKED));
  }

  @Test
  void shouldKeepLastGoodListWhenFileBecomesGarbage() throws Exception {
    domain.authority().revoke("leaver");
    TlsEnd client = RawPeer.from(leaver).client();
    assertRevoked(Loopback.connect(server, client));
    Files.writeString(serverFolder.resolve("crl.pem"), "garbage", StandardCharsets.UTF_8);
    assertRevoked(Loopback.connect(server, client));
    assertRevoked(Loopback.connect(server, client));
    assertThat(warnings())
        .containsExactly(REFUSED + serverFolder + "/crl.pem: no PEM block in it, lines=1");
  }

  @Test
  void shouldKeepLastGoodListAndNameTheLineWhenOneOfTheFilesLinesIsSpoiled() throws Exception {
    domain.authority().revoke("leaver");
    TlsEnd client = RawPeer.from(leaver).client();
    assertRevoked(Loopback.connect(server, client));
    Path file = serverFolder.resolve("crl.pem");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(2, "?" + lines.get(2));
    Files.write(file, lines);
    assertRevoked(Loopback.connect(server, client));
    assertThat(warnings())
        .containsExactly(REFUSED + file + ":3: damaged: \"X509 CRL\" is not base64");
  }

  @Test
  void shouldKeepLastGoodListWhenFileVanishes() throws Exception {
    domain.authority().revoke("leaver");
    TlsEnd client = RawPeer.from(leaver).client();
    assertRevoked(Loopback.connect(server, client));
    Files.delete(serverFolder.resolve("crl.pem"));
    assertRevoked(Loopback.connect(server, client));
    assertThat(warnings()).containsExactly(REFUSED + serverFolder + "/crl.pem: does not exist");
  }

  @Test
  void shouldKeepLastGoodListWhenAnotherAuthoritysIsPutInItsPlace(@TempDir Path other)
      throws Exception {
    domain.authority().revoke("leaver");
    DomainFixture elsewhere = DomainFixture.create(other.resolve("pki"));
    TlsEnd client = RawPeer.from(leaver).client();
    assertRevoked(Loopback.connect(server, client));
    Files.write(
        serverFolder.resolve("crl.pem"), Files.readAllBytes(elsewhere.dir().resolve("crl.pem")));
    assertRevoked(Loopback.connect(server, client));
    assertThat(warnings())
        .containsExactly(
            REFUSED
                + serverFolder
                + "/crl.pem: issued by another CA, \""
                + elsewhere.certificate().getSubjectX500Principal().getName()
                + "\", and a list of \""
                + domain.certificate().getSubjectX500Principal().getName()
                + "\" is needed");
  }

  @Test
  void shouldTakeUpListWhenItAppearsLater() throws Exception {
    Files.delete(serverFolder.resolve("crl.pem"));
    TlsEnd listless = TlsEnd.serverOf(Identity.load(serverFolder));
    TlsEnd client = RawPeer.from(leaver).client();
    assertThat(Loopback.connect(listless, client).server().failure()).isNull();
    domain.authority().revoke("leaver");
    assertRevoked(Loopback.connect(listless, client));
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static void assertRevoked(Outcome outcome) {
    assertThat(PeerRefusedException.explain(outcome.server().failure()))
        .as("explanation of %s", outcome.server().failure())
        .hasValueSatisfying(
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.REVOKED);
              assertThat(refusal).hasMessage("certificate of client:leaver was revoked");
            });
  }
}
