package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Members;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SerialFilters;
import dev.outband.security.pki.CertificateAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which servers are asked something so that RMI keeps their connections, and for how long. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeepAliveTest {
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final long EVER = Long.MAX_VALUE;

  @TempDir Path folder;
  private Identity self;
  private LyingServer called;
  private LyingServer idle;
  private ServerPool pool;
  private KeepAlive alive;

  @BeforeEach
  void start() throws Exception {
    SerialFilters.installJvmWide();
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    self = Identity.load(authority.issueClient("self"));
    Identity server = Identity.load(authority.issueServer("server", List.of("127.0.0.1")));
    called = new LyingServer(server, Members.none());
    idle = new LyingServer(server, Members.none());
    pool =
        new ServerPool(
            Set.of(address(called), address(idle)),
            Balance.LEAST_LOADED,
            (address, lead) ->
                ServerConnection.open(self, address, ControlLimits.defaults(), lead));
  }

  @AfterEach
  void stop() throws Exception {
    if (alive != null) {
      alive.close();
    }
    pool.close();
    called.close();
    idle.close();
  }

  @Test
  void shouldAskAgainAndAgainWhereACallHasEndedAndNowhereElse() throws Exception {
    call(called);
    connect(idle);
    keep(LONG);
    await().until(() -> called.asked() > 2);
    assertThat(idle.asked()).isZero();
  }

  @Test
  void shouldAskNoMoreOnceTheLastCallIsLongAgo() throws Exception {
    call(called);
    keep(Duration.ofMillis(200));
    await().until(() -> at(called).calledWithin(TimeUnit.MILLISECONDS.toNanos(200)).isEmpty());
    // What had begun before that has ended after a round.
    awaitRound();
    int asked = called.asked();
    awaitRound();
    assertThat(called.asked()).isEqualTo(asked);
  }

  @Test
  void shouldDialNobodyWhenThereIsNoConnectionAnyMore() throws Exception {
    call(called);
    connectionTo(called).close();
    call(idle);
    keep(LONG);
    await().until(() -> idle.asked() > 1);
    assertThat(called.asked()).isZero();
  }

  @Test
  void shouldForgetAServerThatDoesNotAnswer() throws Exception {
    call(called);
    keep(LONG);
    await().until(() -> called.asked() > 0);
    Server gone = at(called);
    called.close();
    await().until(() -> gone.calledWithin(EVER).isEmpty());
  }

  @Test
  void shouldAskNobodyWhenNothingIsToBeKept() throws Exception {
    call(called);
    KeepAlive none = keep(Duration.ZERO);
    alive = null;
    keep(LONG);
    await().until(() -> called.asked() > 0);
    assertThat(threads()).isEqualTo(1);
    none.close();
  }

  @Test
  void shouldEndItsThreadWhenItIsClosed() throws Exception {
    keep(LONG);
    await().until(() -> threads() == 1);
    alive.close();
    await().until(() -> threads() == 0);
  }

  @Test
  void shouldRefuseADurationThatIsOutOfItsBounds() {
    OutbandClientBuilder builder = OutbandClient.builder();
    assertThatThrownBy(() -> builder.keepAlive(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keepAlive must be 0..1 day, not PT-0.000000001S");
    assertThatThrownBy(() -> builder.keepAlive(Duration.ofDays(1).plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private KeepAlive keep(Duration kept) {
    alive = KeepAlive.start(pool, OFTEN, kept, "outband-test-keep-alive");
    return alive;
  }

  /** Waits until all servers have been gone through once more, at least. */
  private void awaitRound() {
    int before = idle.asked();
    await()
        .until(
            () -> {
              call(idle);
              return idle.asked() > before + 1;
            });
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("outband-test-keep-alive"))
        .count();
  }

  private static ServerAddress address(LyingServer server) {
    return ServerAddress.parse(server.address());
  }

  private Server at(LyingServer server) {
    return pool.at(address(server));
  }

  private void call(LyingServer server) throws Exception {
    try {
      at(server).use(connection -> connection.directory().names());
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a directory throws nothing else", e);
    }
  }

  /** Has a connection without a call, as to a server that answered first. */
  private void connect(LyingServer server) throws Exception {
    at(server)
        .adopt(
            ServerConnection.open(self, address(server), ControlLimits.defaults(), Lead.given()));
  }

  private ServerConnection connectionTo(LyingServer server) {
    return at(server).calledWithin(EVER).orElseThrow();
  }
}
