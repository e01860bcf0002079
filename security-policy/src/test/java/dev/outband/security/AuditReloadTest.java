package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the audit log says of files that are read again. */
class AuditReloadTest {
  private static final String NOBODY = "address=- service=- method=- transfer=- level=- rule=- ";

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();

  @BeforeEach
  void listen() {
    audit.start();
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).addAppender(audit);
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).detachAppender(audit);
  }

  @Test
  void shouldSayWhenAPolicyIsTakenAndWhenItIsNot() throws Exception {
    Path file = Files.writeString(folder.resolve("policy.toml"), "version = 1\n");
    SecurityPolicy policy = SecurityPolicy.load(file);
    Files.writeString(file, "version = 1\n# changed\n");
    policy.refresh();
    Files.writeString(file, "version = 7\n");
    policy.refresh();
    policy.refresh();
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0))
        .isEqualTo(
            "decision=allow action=reload principal=- "
                + NOBODY
                + "reason=\"policy: "
                + policy
                + "\"");
    assertThat(lines().get(1))
        .startsWith("decision=deny action=reload principal=- " + NOBODY)
        .contains("reason=\"policy: ", "policy.toml:1:", "7");
  }

  @Test
  void shouldSayWhenARevocationListIsTakenAndWhenItIsNot() throws Exception {
    DomainFixture domain = DomainFixture.create(folder.resolve("pki"));
    Path own = domain.server("alpha");
    TlsEnd client = TlsEnd.clientOf(Identity.load(domain.client("leaver")));
    TlsEnd server = TlsEnd.serverOf(Identity.load(own));
    domain.authority().revoke("leaver");
    var unused = Loopback.connect(server, client);
    Files.writeString(own.resolve("crl.pem"), "garbage");
    unused = Loopback.connect(server, client);
    unused = Loopback.connect(server, client);
    assertThat(lines())
        .filteredOn(line -> line.contains("alpha/crl.pem"))
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("decision=allow action=reload ").contains("crl.pem"),
            line ->
                assertThat(line)
                    .startsWith("decision=deny action=reload ")
                    .contains("crl.pem: no PEM block in it"));
  }

  private List<String> lines() {
    return audit.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
