package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PkiCommandTest {
  @Test
  void shouldRenewForAsManyDaysAsAskedAndListWhatEndsWhen(@TempDir Path temp) throws Exception {
    Path pki = temp.resolve("pki");
    Cli.here("pki", "init", pki).assertDone();
    Cli.here("pki", "client", pki, "alice", "--days", "7").assertDone();
    Cli.here("pki", "client", pki, "bob").assertDone();
    Cli.here("pki", "revoke", pki, "bob").assertDone();
    Instant shortly = Identity.load(pki.resolve("alice")).certificate().getNotAfter().toInstant();
    assertThat(shortly).isBefore(Instant.now().plus(Duration.ofDays(8)));
    assertThat(Cli.here("pki", "list", pki).assertDone().out())
        .matches("\\S+Z expires-soon client:alice\n\\S+Z revoked client:bob\n");
    assertThat(Cli.here("pki", "renew", pki, "alice", "--days", "90").assertDone().out())
        .isEqualTo(pki.resolve("alice") + "\n");
    Instant renewed = Identity.load(pki.resolve("alice")).certificate().getNotAfter().toInstant();
    assertThat(renewed).isAfter(Instant.now().plus(Duration.ofDays(89)));
    assertThat(Cli.here("pki", "list", pki).out()).contains("Z valid client:alice\n");
    Cli.here("pki", "renew", pki, "bob").assertFailedWith(3, "was revoked, issue it again");
    Cli.here("pki", "renew", pki, "carol").assertFailedWith(6, "nothing to renew");
    Cli.here("pki", "client", pki, "dave", "--days", "0")
        .assertFailed(2, "--days must be 1..3650, not 0");
  }
}
