package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.SecurityPolicy;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmission;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are renewed and revoked while calls are made and transfers run. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class IdentityLifeTest {
  /** The sender is slow, so that what it says last is not queued up behind what it sent. */
  private static final SecurityPolicy POLICY =
      SecurityPolicy.of(
          "test",
          """
          version = 1
          [[rule]]
          name = "slow"
          who = "client:leaver"
          service = "archive"
          methods = "*"
          bytes-per-second = "200kB"
          [[rule]]
          name = "others"
          who = "*"
          except = "client:leaver"
          service = "archive"
          methods = "*"
          bytes-per-second = "1MB"
          """);

  private static final int UPLOADED = 4 << 20;

  @TempDir Path folder;
  private TestProcesses processes;

  @BeforeEach
  void start() throws Exception {
    processes = new TestProcesses(folder.resolve("pki"), POLICY);
    processes.service.objects.put("big", new byte[4 << 20]);
  }

  @AfterEach
  void stop() {
    processes.close();
  }

  @Test
  void shouldEndTheRunningTransfersOfARevokedCallerAndNobodyElses() throws Exception {
    try (OutbandClient leaver = processes.connect("leaver");
        OutbandClient other = processes.connect("other");
        Reception theirs = leaver.receptions().open(Sink.discard());
        Reception others = other.receptions().open(Sink.discard())) {
      Archive archive = leaver.lookup("archive", Archive.class);
      Confirmation confirmed = archive.fetch("big", theirs.stub());
      Confirmation second = other.lookup("archive", Archive.class).fetch("big", others.stub());
      processes.authority.revoke("leaver");
      assertThatThrownBy(() -> theirs.await(confirmed))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED))
          .hasMessageContaining("certificate of client:leaver was revoked");
      assertThatThrownBy(() -> archive.fail("forbidden"))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN))
          .hasMessageContaining("certificate of client:leaver was revoked");
      assertThat(others.await(second).bytes()).isEqualTo(4 << 20);
    }
  }

  @Test
  void shouldEndTheRunningUploadsOfARevokedCallerAtBothEndsAndNobodyElses() throws Exception {
    try (OutbandClient leaver = processes.connect("leaver");
        OutbandClient other = processes.connect("other")) {
      Transmission theirs = upload(leaver, "theirs");
      Transmission others = upload(other, "others");
      Transfer arriving = processes.service.storing.get("theirs");
      await().atMost(Duration.ofSeconds(20)).until(() -> arriving.bytes() > 0);
      processes.authority.revoke("leaver");
      assertThatThrownBy(theirs::await)
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED))
          .hasMessageContaining("certificate of client:leaver was revoked");
      assertThat(arriving.receipt().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .havingCause()
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED))
          .withMessageContaining("certificate of client:leaver was revoked");
      assertThat(arriving.bytes()).isLessThan(UPLOADED);
      assertThatThrownBy(() -> processes.service.stored.get("theirs").toByteArray())
          .isInstanceOf(IllegalStateException.class);
      assertThat(others.await().bytes()).isEqualTo(UPLOADED);
    }
  }

  private static Transmission upload(OutbandClient client, String name) throws Exception {
    Archive archive = client.lookup("archive", Archive.class);
    return client
        .transmitter()
        .start(Source.bytes(new byte[UPLOADED]), archive.store(name, UPLOADED));
  }

  @Test
  void shouldShowTheRenewedCertificateAndKeepTransfersRunning() throws Exception {
    X509Certificate before = processes.serverIdentity.certificate();
    try (OutbandClient client = processes.connect("reader");
        Reception reception = client.receptions().open(Sink.discard())) {
      Archive archive = client.lookup("archive", Archive.class);
      Confirmation confirmed = archive.fetch("big", reception.stub());
      processes.authority.renew("one");
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> !processes.serverIdentity.certificate().equals(before));
      processes.connect("late").close();
      assertThat(reception.await(confirmed).bytes()).isEqualTo(4 << 20);
      assertThat(archive.whoCalls()).isEqualTo("client:reader");
    }
  }
}
