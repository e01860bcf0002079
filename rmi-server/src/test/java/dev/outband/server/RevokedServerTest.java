package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.client.OutbandClientBuilder;
import dev.outband.client.ReceiveObserver;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of two servers, one of which is revoked while transfers run with both. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RevokedServerTest {
  private static final int BYTES = 2 << 20;
  private static final String REVOKED = "certificate of server:leaver was revoked";

  /** Long before a transfer with the slow server ends by itself, which takes 20 s. */
  private static final Duration SOON = Duration.ofSeconds(8);

  @TempDir Path folder;
  private CertificateAuthority authority;
  private OutbandServer leaver;
  private OutbandServer stayer;
  private ArchiveService leaving;
  private ArchiveService staying;
  private OutbandClient client;
  private final byte[] object = new byte[BYTES];

  @BeforeEach
  void start() throws Exception {
    new Random(4711).nextBytes(object);
    authority = CertificateAuthority.create(folder.resolve("pki"));
    leaver = server("leaver", "100kB");
    stayer = server("stayer", "1MB");
    leaving = archive(leaver, "leaving");
    staying = archive(stayer, "staying");
    client = builder().connect();
  }

  @AfterEach
  void stop() {
    client.close();
    leaver.close();
    stayer.close();
    await("the client's threads end").atMost(SOON).until(() -> clientThreads() == 0);
  }

  @Test
  void shouldEndWhatItReceivesFromARevokedServerAndNothingElse() throws Exception {
    BytesSink whole = Sink.bytes(BYTES);
    try (Reception theirs = client.receptions().open(Sink.discard());
        Reception others = client.receptions().open(whole)) {
      Archive archive = client.lookup("leaving", Archive.class);
      Confirmation confirmed = archive.fetch("big", theirs.stub());
      Confirmation second = client.lookup("staying", Archive.class).fetch("big", others.stub());
      await().atMost(SOON).until(() -> theirs.transfer().bytes() > 0);
      authority.revoke("leaver");
      assertCancelled(theirs.transfer().receipt());
      assertThat(theirs.transfer().bytes()).isLessThan(BYTES);
      assertThatThrownBy(() -> theirs.await(confirmed)).hasMessageContaining(REVOKED);
      assertThatThrownBy(archive::whoCalls)
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining(REVOKED);
      assertThat(others.await(second).bytes()).isEqualTo(BYTES);
      assertThat(whole.toByteArray()).isEqualTo(object);
    }
  }

  @Test
  void shouldNotEndWhatTheRevokedServerWasOnlyAskedFor() throws Exception {
    try (OutbandClient ordered = builder().balance(Balance.GIVEN_ORDER).connect();
        Reception theirs = ordered.receptions().open(Sink.discard());
        Reception others = ordered.receptions().open(Sink.discard())) {
      Archive stays = ordered.lookup("staying", Archive.class);
      Archive leaves = ordered.lookup("leaving", Archive.class);
      leaves.fetch("big", theirs.stub());
      Confirmation askedOfBoth = stays.fetch("big", others.stub());
      authority.revoke("leaver");
      assertCancelled(theirs.transfer().receipt());
      assertThat(others.await(askedOfBoth).bytes()).isEqualTo(BYTES);
    }
  }

  @Test
  void shouldEndWhatItSendsToARevokedServerAtBothEndsAndNothingElse() throws Exception {
    Transmission theirs = upload("leaving", 100_000);
    Transmission others = upload("staying", 1_000_000);
    Transfer arriving = leaving.storing.get("x");
    await().atMost(SOON).until(() -> arriving.bytes() > 0);
    authority.revoke("leaver");
    assertCancelled(theirs.receipt());
    assertCancelled(arriving.receipt());
    assertThat(arriving.bytes()).isLessThan(BYTES);
    assertThat(others.await().bytes()).isEqualTo(BYTES);
    assertThat(staying.stored.get("x").toByteArray()).isEqualTo(object);
  }

  @Test
  void shouldReceiveTheRestFromAnotherServerWhenTheOneThatSendsIsRevoked() throws Exception {
    leaver.export("archive", Archive.class, leaving);
    stayer.export("archive", Archive.class, staying);
    Failures failures = new Failures();
    try (OutbandClient ordered = builder().balance(Balance.GIVEN_ORDER).connect()) {
      Archive archive = ordered.lookup("archive", Archive.class);
      BytesSink sink = Sink.bytes(BYTES);
      Receipt receipt =
          ordered.receive(
              sink,
              reception -> {
                Confirmation confirmation = archive.fetch("big", reception);
                if (failures.seen.isEmpty()) {
                  revoke();
                }
                return confirmation;
              },
              failures);
      assertThat(receipt.bytes()).isEqualTo(BYTES);
      assertThat(sink.toByteArray()).isEqualTo(object);
    }
    assertThat(failures.seen).singleElement().satisfies(RevokedServerTest::isOfTheRevocation);
  }

  @Test
  void shouldSayWhyWhenNoOtherServerIsThere() throws Exception {
    try (OutbandClient lone =
        OutbandClient.builder()
            .identity(Identity.load(folder.resolve("pki/reader")))
            .servers(address(leaver))
            .connect()) {
      Archive archive = lone.lookup("leaving", Archive.class);
      assertThatThrownBy(
              () ->
                  lone.receive(
                      Sink.discard(),
                      reception -> {
                        Confirmation confirmation = archive.fetch("big", reception);
                        revoke();
                        return confirmation;
                      }))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining(REVOKED);
    }
  }

  @Test
  void shouldCutACallThatRunsAtARevokedServer() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    leaver.export("patience", Patience.class, new Waiting(entered, released));
    Patience patience = client.lookup("patience", Patience.class);
    FutureTask<Void> call =
        new FutureTask<>(
            () -> {
              patience.await();
              return null;
            });
    Thread caller = new Thread(call, "outband-test-caller");
    caller.start();
    try {
      entered.await();
      authority.revoke("leaver");
      caller.join(SOON.toMillis());
      assertThat(caller.isAlive()).isFalse();
      assertThatThrownBy(call::get)
          .cause()
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CONNECTION_LOST))
          .hasMessageContaining("the call may have run");
    } finally {
      released.countDown();
    }
  }

  /** Answers when the test wants it to. */
  interface Patience extends Remote {
    void await() throws RemoteException, TransferException;
  }

  private record Waiting(CountDownLatch entered, CountDownLatch released) implements Patience {
    @Override
    public void await() throws TransferException {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new TransferException(Code.INTERNAL, "interrupted", e);
      }
    }
  }

  /** What a receiving call was told of its attempts. */
  private static final class Failures implements ReceiveObserver {
    final List<TransferException> seen = new CopyOnWriteArrayList<>();

    @Override
    public void retries(TransferException why) {
      seen.add(why);
    }
  }

  private void revoke() {
    try {
      authority.revoke("leaver");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The sender is slow, so that what it says last is not queued up behind what it sent. */
  private Transmission upload(String name, long bytesPerSecond) throws Exception {
    Archive archive = client.lookup(name, Archive.class);
    return client
        .transmitter()
        .start(Source.bytes(object), archive.store("x", BYTES), bytesPerSecond);
  }

  private static void assertCancelled(CompletionStage<Receipt> receipt) {
    assertThat(receipt.toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableThat()
        .havingCause()
        .satisfies(RevokedServerTest::isOfTheRevocation);
  }

  private static void isOfTheRevocation(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED))
        .hasMessageContaining(REVOKED);
  }

  private OutbandServer server(String name, String bytesPerSecond) throws Exception {
    return OutbandServer.builder()
        .identity(Identity.load(authority.issueServer(name, List.of("127.0.0.1"))))
        .policy(
            SecurityPolicy.of(
                "test",
                """
                version = 1
                [[rule]]
                name = "all"
                who = "*"
                service = "*"
                methods = "*"
                bytes-per-second = "%s"
                """
                    .formatted(bytesPerSecond)))
        .control("127.0.0.1", 0)
        .start();
  }

  private ArchiveService archive(OutbandServer server, String name) {
    ArchiveService service = new ArchiveService(server.transmitter(), server.receptions());
    service.objects.put("big", object);
    server.export(name, Archive.class, service);
    return service;
  }

  private OutbandClientBuilder builder() throws Exception {
    Path known = folder.resolve("pki/reader");
    return OutbandClient.builder()
        .identity(Identity.load(known.toFile().exists() ? known : authority.issueClient("reader")))
        .servers(address(leaver), address(stayer));
  }

  private static String address(OutbandServer server) {
    return "127.0.0.1:" + server.controlAddress().getPort();
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("outband-client-"))
        .count();
  }
}
