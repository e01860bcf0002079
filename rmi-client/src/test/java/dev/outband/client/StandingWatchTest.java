package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.Transfer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transfers with servers whose certificates are revoked, without any server. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StandingWatchTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private CertificateAuthority authority;
  private X509Certificate leaver;
  private X509Certificate stayer;
  private StandingWatch watch;

  @BeforeEach
  void start() throws Exception {
    authority = CertificateAuthority.create(folder.resolve("pki"));
    leaver = server("leaver");
    stayer = server("stayer");
    watch = StandingWatch.start(Identity.load(authority.issueClient("self")), "outband-test");
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  @Test
  void shouldForgetATransferWhenItEnds() {
    Fake ending = Fake.create();
    Fake ended = Fake.create();
    ended.receipt().completeExceptionally(new TransferException(Code.CANCELLED, "x"));
    watch.add(ending, leaver);
    watch.add(ending, stayer);
    watch.add(ended, leaver);
    assertThat(watch.transfers()).isEqualTo(1);
    ending.receipt().completeExceptionally(new TransferException(Code.CANCELLED, "x"));
    assertThat(watch.transfers()).isZero();
  }

  @Test
  void shouldCancelWhatWasAnnouncedToTwoServersWhenEitherIsRevokedAndNothingElse()
      throws Exception {
    Fake first = Fake.create();
    Fake second = Fake.create();
    Fake other = Fake.create();
    watch.add(other, stayer);
    watch.add(first, stayer);
    watch.add(first, leaver);
    watch.add(second, leaver);
    watch.add(second, stayer);
    assertThat(watch.hasEnded(cancelled(first))).isFalse();
    authority.revoke("leaver");
    assertThat(first.cancelled())
        .succeedsWithin(SOON)
        .isEqualTo("certificate of server:leaver was revoked");
    assertThat(second.cancelled()).succeedsWithin(SOON);
    assertThat(watch.hasEnded(cancelled(first))).isTrue();
    assertThat(watch.hasEnded(new TransferException(Code.SINK_FAILED, "x", first.id(), null)))
        .isFalse();
    assertThat(watch.hasEnded(new TransferException(Code.CANCELLED, "x"))).isFalse();
    assertThat(watch.hasEnded(cancelled(other))).isFalse();
    assertThat(other.cancelled()).isNotDone();
  }

  private static TransferException cancelled(Transfer transfer) {
    return new TransferException(Code.CANCELLED, "x", transfer.id(), null);
  }

  private X509Certificate server(String name) throws Exception {
    return Identity.load(authority.issueServer(name, List.of("127.0.0.1"))).certificate();
  }

  /** A transfer that says why it was cancelled, and does nothing else. */
  private record Fake(
      UUID id, CompletableFuture<Receipt> receipt, CompletableFuture<String> cancelled)
      implements Transfer {
    static Fake create() {
      return new Fake(UUID.randomUUID(), new CompletableFuture<>(), new CompletableFuture<>());
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public long totalBytes() {
      return 0;
    }

    @Override
    public void limitRate(long bytesPerSecond) {}

    @Override
    public void cancel(String reason) {
      cancelled.complete(reason);
    }
  }
}
