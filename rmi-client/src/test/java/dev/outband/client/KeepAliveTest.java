package dev.outband.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Code;
import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SerialFilters;
import dev.outband.security.pki.CertificateAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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
  private static final Duration SOON = Duration.ofSeconds(50);

  private final String thread = "outband-test-keep-alive-" + UUID.randomUUID();
  @TempDir Path folder;
  private CertificateAuthority authority;
  private Identity self;
  private LyingServer called;
  private LyingServer idle;
  private ServerPool pool;
  private KeepAlive alive;

  @BeforeEach
  void start() throws Exception {
    SerialFilters.installJvmWide();
    authority = CertificateAuthority.create(folder.resolve("pki"));
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
  void shouldAskOftenEnoughForRmi() {
    assertThat(KeepAlive.INTERVAL).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void shouldAskAgainAndAgainOverTheOneConnectionWhereACallHasEndedAndNowhereElse()
      throws Exception {
    call(called);
    connect(idle);
    await().atMost(SOON).until(() -> called.connections() == 1);
    keep(LONG);
    await().atMost(SOON).until(() -> called.asked() > 5);
    assertThat(called.connections()).isEqualTo(1);
    assertThat(idle.asked()).isZero();
  }

  @Test
  void shouldAskNoMoreOnceTheLastCallIsLongAgo() throws Exception {
    call(idle);
    call(called);
    keep(Duration.ofSeconds(3));
    await().atMost(SOON).until(() -> called.asked() > 0);
    long endedNs = at(called).lastCall().orElseThrow().endedNs();
    await().atMost(SOON).until(() -> System.nanoTime() - endedNs > SECONDS.toNanos(3));
    // What had begun before that has ended after a round.
    awaitRound();
    int asked = called.asked();
    awaitRound();
    assertThat(called.asked()).isEqualTo(asked);
  }

  @Test
  void shouldNotAskWhileACallRuns() throws Exception {
    call(called);
    call(idle);
    Thread running = new Thread(() -> waitForMembers(called), "outband-test-running-call");
    running.start();
    await().atMost(SOON).until(() -> at(called).lastCall().isEmpty());
    keep(LONG);
    awaitRound();
    assertThat(called.asked()).isZero();
    called.close();
    running.join();
  }

  @Test
  void shouldNotAskWhenTheConnectionsWereCutAtThisEnd() throws Exception {
    call(called);
    call(idle);
    at(called).lastCall().orElseThrow().connection().close();
    keep(LONG);
    awaitRound();
    assertThat(called.asked()).isZero();
    assertThat(at(called).lastCall()).as("nothing has failed").isPresent();
  }

  @Test
  void shouldNotAskAServerThatIsAvoided() throws Exception {
    call(called);
    call(idle);
    at(called).avoid();
    keep(LONG);
    awaitRound(() -> at(called).avoid());
    assertThat(called.asked()).isZero();
  }

  @Test
  void shouldForgetAServerThatDoesNotAnswerAndNotDialItAndKeepTheOthers() throws Exception {
    call(called);
    call(idle);
    await().atMost(SOON).until(() -> idle.connections() == 1);
    int port = called.port();
    called.close();
    try (ServerSocket instead = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      keep(LONG);
      await().atMost(SOON).until(() -> at(called).lastCall().isEmpty());
      instead.setSoTimeout(1);
      assertThatThrownBy(() -> instead.accept().close()).isInstanceOf(SocketTimeoutException.class);
    }
    // RMI may take a failure to connect for a lack of descriptors, and end all that is idle.
    int asked = idle.asked();
    await().atMost(SOON).until(() -> idle.asked() > asked + 1);
    assertThat(at(idle).lastCall()).isPresent();
  }

  @Test
  void shouldNotCountACallThatWasNotAnswered() throws Exception {
    Server server = at(called);
    AttemptFailedException failure =
        new AttemptFailedException(Ran.MAYBE, new TransferException(Code.CONNECTION_LOST, "x"));
    assertThatThrownBy(
            () ->
                server.use(
                    connection -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(server.lastCall()).isEmpty();
    assertThatThrownBy(
            () ->
                server.use(
                    connection -> {
                      throw new IllegalStateException("the object's");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(server.lastCall()).as("what the object throws is an answer").isPresent();
  }

  @Test
  void shouldForgetNoCallThatWasLaterThanTheQuestion() throws Exception {
    call(called);
    Server.LastCall earlier = at(called).lastCall().orElseThrow();
    call(called);
    at(called).forget(earlier);
    Server.LastCall later = at(called).lastCall().orElseThrow();
    assertThat(later.endedNs()).isGreaterThan(earlier.endedNs());
    at(called).forget(later);
    assertThat(at(called).lastCall()).isEmpty();
  }

  @Test
  void shouldLetGoOfAConnectionThatShowsACertificateOfBefore() throws Exception {
    call(called);
    call(idle);
    authority.renew("self");
    self.refresh();
    at(idle).lastCall().orElseThrow().connection().close();
    call(idle);
    keep(LONG);
    awaitRound();
    assertThat(called.asked()).isZero();
  }

  @Test
  void shouldStartNoThreadWhenNothingIsToBeKept() throws Exception {
    keep(Duration.ZERO);
    assertThat(threads()).isZero();
  }

  @Test
  void shouldBePartOfAClientUnlessItIsToKeepNothing() throws Exception {
    String name = "outband-client-self-keep-alive";
    try (OutbandClient client = client().connect()) {
      assertThat(threads(name)).isEqualTo(1);
      assertThat(client.names()).isEmpty();
    }
    await().atMost(SOON).until(() -> threads(name) == 0);
    try (OutbandClient client = client().keepAlive(Duration.ZERO).connect()) {
      assertThat(threads(name)).isZero();
      assertThat(client.names()).isEmpty();
    }
  }

  private OutbandClientBuilder client() {
    return OutbandClient.builder().identity(self).servers(called.address());
  }

  @Test
  void shouldEndItsThreadWhenItIsClosed() throws Exception {
    keep(LONG);
    await().atMost(SOON).until(() -> threads() == 1);
    alive.close();
    await().atMost(SOON).until(() -> threads() == 0);
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

  private void keep(Duration kept) {
    alive = KeepAlive.start(pool, OFTEN, kept, thread);
  }

  /** A call that ends when the server does. */
  private void waitForMembers(LyingServer server) {
    try {
      at(server)
          .use(
              connection ->
                  connection
                      .directory()
                      .awaitMembers(Members.none().version(), Directory.MAX_WAIT));
    } catch (Throwable e) {
      // The server has ended.
    }
  }

  /** Waits until all servers have been gone through once more, at least. */
  private void awaitRound() {
    awaitRound(() -> {});
  }

  private void awaitRound(Runnable meanwhile) {
    int before = idle.asked();
    await()
        .atMost(SOON)
        .until(
            () -> {
              meanwhile.run();
              call(idle);
              return idle.asked() > before + 1;
            });
  }

  private long threads() {
    return threads(thread);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(some -> some.getName().equals(name))
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
}
