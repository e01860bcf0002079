package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.CallBytes;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmitter;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The objects that ride in replies, and the memory that a server has for them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReplyMemoryTest {
  private static final int KIB = 1 << 10;
  private static final CallBytes MOST = new CallBytes(200 * KIB, 120 * KIB);

  /** Sends an object, and may wait with the reply. */
  interface Objects extends Remote {
    Confirmation fetch(int bytes, boolean waiting, ReceptionObject reception)
        throws RemoteException, TransferException;
  }

  private static final class Waiting implements Objects {
    private final Transmitter transmitter;
    private final CompletableFuture<Void> isReady = new CompletableFuture<>();
    private final CountDownLatch mayReply = new CountDownLatch(1);

    Waiting(Transmitter transmitter) {
      this.transmitter = transmitter;
    }

    @Override
    public Confirmation fetch(int bytes, boolean waiting, ReceptionObject reception)
        throws TransferException {
      Confirmation confirmation = transmitter.transmit(Source.bytes(new byte[bytes]), reception);
      if (waiting) {
        isReady.complete(null);
        uninterruptibly();
      }
      return confirmation;
    }

    private void uninterruptibly() {
      try {
        mayReply.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @TempDir Path folder;
  private final ExecutorService callers =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "reply-memory-caller"));
  private OutbandServer server;
  private Waiting service;
  private OutbandClient one;
  private OutbandClient other;

  @BeforeEach
  void start() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    server =
        OutbandServer.builder()
            .identity(Identity.load(authority.issueServer("one", List.of("127.0.0.1"))))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .data("127.0.0.1", 0)
            .controlLimits(ControlLimits.defaults().withCallBytes(MOST))
            .start();
    service = new Waiting(server.transmitter());
    server.export("objects", Objects.class, service);
    one = connect(authority, "greedy");
    other = connect(authority, "other");
  }

  private OutbandClient connect(CertificateAuthority authority, String name) throws Exception {
    return OutbandClient.builder()
        .identity(Identity.load(authority.issueClient(name)))
        .servers("127.0.0.1:" + server.controlAddress().getPort())
        .data("127.0.0.1", 0)
        .connect();
  }

  @AfterEach
  void stop() {
    service.mayReply.countDown();
    one.close();
    other.close();
    server.close();
    callers.shutdownNow();
  }

  @Test
  void shouldSendOverADataConnectionWhatRepliesHaveNoMemoryFor() throws Exception {
    assertThat(modeOf(one, 61 * KIB, false)).isEqualTo(Mode.ACTIVE);
    Future<Mode> first = callers.submit(() -> modeOf(one, 40 * KIB, true));
    service.isReady.join();

    assertThat(modeOf(one, 40 * KIB, false)).isEqualTo(Mode.ACTIVE);
    assertThat(modeOf(one, 8 * KIB, false)).isEqualTo(Mode.INBAND);
    assertThat(modeOf(other, 40 * KIB, false)).isEqualTo(Mode.INBAND);
    assertThat(modeOf(other, 61 * KIB, false)).isEqualTo(Mode.ACTIVE);

    service.mayReply.countDown();
    assertThat(first.get()).isEqualTo(Mode.INBAND);
    await().until(() -> modeOf(one, 60 * KIB, false) == Mode.INBAND);
  }

  @Test
  void shouldHaveTheMemoryAgainAsSoonAsAReplyIsWritten() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(modeOf(one, 60 * KIB, false)).isEqualTo(Mode.INBAND);
    }
  }

  private static Mode modeOf(OutbandClient client, int bytes, boolean waiting) throws Exception {
    Objects objects = client.lookup("objects", Objects.class);
    BytesSink sink = Sink.bytes(bytes);
    Receipt receipt = client.receive(sink, reception -> objects.fetch(bytes, waiting, reception));
    assertThat(sink.toByteArray()).hasSize(bytes);
    return receipt.mode();
  }
}
