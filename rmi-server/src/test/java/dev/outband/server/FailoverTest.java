package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Code;
import dev.outband.api.Idempotent;
import dev.outband.api.TransferException;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.client.OutbandClientBuilder;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.net.BindException;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of three servers that know nothing of each other. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FailoverTest {

  /** Says who answered; its server may die while a call runs. */
  interface Oracle extends Remote {
    int ask() throws RemoteException, TransferException;

    @Idempotent
    int askAgain() throws RemoteException, TransferException;

    int askUntyped() throws RemoteException;
  }

  /** One server, its archive, and how often its oracle was asked. */
  private final class Site {
    final int number;
    final OutbandServer server;
    final ArchiveService archive;
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean dies;

    Site(int number) throws Exception {
      this.number = number;
      server =
          OutbandServer.builder()
              .identity(Identity.load(authority.issueServer("s" + number, List.of("127.0.0.1"))))
              .policy(SecurityPolicy.anyoneInTheTrustDomain())
              .control("127.0.0.1", 0)
              .start();
      archive = new ArchiveService(server.transmitter(), server.receptions());
      server.export("archive", Archive.class, archive);
      server.export("oracle", Oracle.class, new Answers(this));
    }

    String address() {
      return "127.0.0.1:" + server.controlAddress().getPort();
    }

    int answer() {
      asked.incrementAndGet();
      if (dies) {
        server.close();
      }
      return number;
    }
  }

  private record Answers(Site site) implements Oracle {
    @Override
    public int ask() {
      return site.answer();
    }

    @Override
    public int askAgain() {
      return site.answer();
    }

    @Override
    public int askUntyped() {
      return site.answer();
    }
  }

  @TempDir Path folder;
  private CertificateAuthority authority;
  private final List<Site> sites = new ArrayList<>();
  private OutbandClient client;
  private Oracle oracle;

  @BeforeEach
  void start() throws Exception {
    authority = CertificateAuthority.create(folder.resolve("pki"));
    for (int i = 0; i < 3; i++) {
      sites.add(new Site(i));
    }
    client = builder("reporting").connect();
    oracle = client.lookup("oracle", Oracle.class);
  }

  @AfterEach
  void stop() {
    client.close();
    sites.forEach(site -> site.server.close());
  }

  @Test
  void shouldSpreadCallsWhenAllServersAreUp() throws Exception {
    for (int i = 0; i < 300; i++) {
      oracle.ask();
    }
    assertThat(sites).allSatisfy(site -> assertThat(site.asked.get()).isBetween(50, 150));
  }

  @Test
  void shouldLoseNoIdempotentCallWhenServersDie() throws Exception {
    for (int i = 0; i < 60; i++) {
      oracle.askAgain();
      if (i == 20) {
        sites.get(1).server.close();
      }
      if (i == 40) {
        sites.get(0).server.close();
      }
    }
    assertThat(IntStream.range(0, 10).map(i -> answer())).containsOnly(2);
    sites.get(2).server.close();
    assertThat(code(() -> oracle.ask())).isIn(Code.UNREACHABLE, Code.CONNECTION_LOST);
    assertThatThrownBy(() -> oracle.ask())
        .hasMessageStartingWith("no server answered: ")
        .hasMessageContaining(sites.get(0).address(), sites.get(1).address());
  }

  @Test
  void shouldSayThatACallMayHaveRunAndTryNoOtherServerWhenItsMethodIsNotIdempotent() {
    sites.forEach(site -> site.dies = true);
    TransferException lost = catchThrowableOfType(TransferException.class, () -> oracle.ask());
    assertThat(lost.code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(lost).hasMessageContaining("the call may have run");
    assertThat(sites.stream().mapToInt(site -> site.asked.get()).sum()).isEqualTo(1);
    assertThatThrownBy(() -> oracle.askUntyped())
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("CONNECTION_LOST: ");
    assertThat(sites.stream().mapToInt(site -> site.asked.get()).sum()).isEqualTo(2);
  }

  @Test
  void shouldCallAnotherServerWhenTheConnectionIsLostAndTheMethodIsIdempotent() throws Exception {
    sites.get(0).dies = true;
    sites.get(1).dies = true;
    for (int i = 0; i < 20; i++) {
      assertThat(oracle.askAgain()).isEqualTo(2);
    }
    assertThat(sites.get(0).asked.get() + sites.get(1).asked.get()).isEqualTo(2);
  }

  @Test
  void shouldGoElsewhereWhenAServerDrains() throws Exception {
    byte[] bytes = {1, 2, 3};
    sites.forEach(site -> site.archive.objects.put("x", bytes));
    assertThat(sites.get(0).server.drain(Duration.ZERO)).isTrue();
    assertThat(sites.get(1).server.drain(Duration.ZERO)).isTrue();
    Archive archive = client.lookup("archive", Archive.class);
    for (int i = 0; i < 10; i++) {
      BytesSink sink = Sink.bytes(10);
      client.receive(sink, r -> archive.fetch("x", r));
      assertThat(sink.toByteArray()).isEqualTo(bytes);
      client.transmit(Source.bytes(bytes), archive.store("y" + i, bytes.length));
    }
    assertThat(sites.get(2).archive.stored).hasSize(10);
    assertThat(sites.get(2).server.drain(Duration.ofSeconds(5))).isTrue();
    assertThat(code(() -> archive.store("y", 3))).isEqualTo(Code.SHUTTING_DOWN);
  }

  @Test
  void shouldTransmitToTheServerThatOpenedTheReceptionWhenThereAreSeveral() throws Exception {
    Archive archive = client.lookup("archive", Archive.class);
    for (int i = 0; i < 30; i++) {
      client.transmit(Source.bytes(new byte[] {(byte) i}), archive.store("n" + i, 1));
    }
    assertThat(sites).allSatisfy(site -> assertThat(site.archive.stored).isNotEmpty());
    assertThat(sites.stream().mapToInt(site -> site.archive.stored.size()).sum()).isEqualTo(30);
  }

  @Test
  void shouldAskAServerThatHasTheObjectWhenOthersDoNot() throws Exception {
    sites.get(0).server.unexport("oracle");
    sites.get(2).server.unexport("oracle");
    for (int i = 0; i < 10; i++) {
      assertThat(oracle.ask()).isEqualTo(1);
    }
    Oracle again = client.lookup("oracle", Oracle.class);
    assertThat(again.ask()).isEqualTo(1);
    sites.get(1).server.unexport("oracle");
    assertThat(code(() -> oracle.ask())).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> client.lookup("oracle", Oracle.class))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void shouldAskTheFirstThatIsUpWhenTheOrderIsGiven() throws Exception {
    try (OutbandClient ordered = builder("ordered").balance(Balance.GIVEN_ORDER).connect()) {
      Oracle first = ordered.lookup("oracle", Oracle.class);
      for (int i = 0; i < 20; i++) {
        assertThat(first.ask()).isZero();
      }
      sites.get(0).server.close();
      for (int i = 0; i < 20; i++) {
        assertThat(first.askAgain()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldAskOneServerOnlyWhenTheFailoverDeadlineIsZero() throws Exception {
    sites.get(0).server.close();
    sites.get(1).server.close();
    try (OutbandClient hasty = builder("hasty").failoverDeadline(Duration.ZERO).connect()) {
      int failed = 0;
      Oracle one = hasty.lookup("oracle", Oracle.class);
      for (int i = 0; i < 3; i++) {
        try {
          one.ask();
        } catch (TransferException e) {
          failed++;
        }
      }
      // Who has just failed is asked last, so at most the two dead servers cost a call each.
      assertThat(failed).isLessThanOrEqualTo(2);
    }
    assertThatThrownBy(() -> builder("x").failoverDeadline(Duration.ofDays(2)))
        .hasMessage("failoverDeadline must be 0..1 day, not PT48H");
  }

  @Test
  void shouldLeaveNoThreadWhenTheDataPortIsTaken() throws Exception {
    OutbandClientBuilder late =
        builder("late").data("127.0.0.1", sites.get(0).server.controlAddress().getPort());
    assertThatThrownBy(late::connect).isInstanceOf(BindException.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("outband-client-late")));
  }

  private int answer() {
    try {
      return oracle.askAgain();
    } catch (RemoteException | TransferException e) {
      throw new AssertionError(e);
    }
  }

  private OutbandClientBuilder builder(String name) throws Exception {
    Path folderOf = folder.resolve("pki").resolve(name);
    Identity identity =
        Identity.load(folderOf.toFile().exists() ? folderOf : authority.issueClient(name));
    return OutbandClient.builder()
        .identity(identity)
        .servers(sites.stream().map(Site::address).toArray(String[]::new));
  }

  private static Code code(ThrowingCallable call) {
    return catchThrowableOfType(TransferException.class, call).code();
  }
}
