package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Directory;
import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.server.OutbandServer;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client meets nobody but whom the member list names. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PinnedServerTest {
  @TempDir Path folder;
  private Identity identity;
  private Identity other;
  private Identity caller;
  private OutbandServer server;
  private ServerAddress address;
  private ServerPool pool;
  private StandingWatch standing;

  @BeforeEach
  void start() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    identity = Identity.load(authority.issueServer("one", List.of("127.0.0.1")));
    other = Identity.load(authority.issueServer("two", List.of("127.0.0.1")));
    caller = Identity.load(authority.issueClient("reporting"));
    server =
        OutbandServer.builder()
            .identity(identity)
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .start();
    address = new ServerAddress("127.0.0.1", server.controlAddress().getPort());
    standing = StandingWatch.start(caller, "outband-client-reporting-standing");
    pool =
        new ServerPool(
            List.of(address),
            Balance.LEAST_LOADED,
            (at, lead) -> ServerConnection.open(caller, at, ControlLimits.defaults(), lead));
  }

  @AfterEach
  void stop() {
    standing.close();
    pool.close();
    server.close();
  }

  @Test
  void shouldCallAServerWhenItIsTheOneThatTheListNames() throws Exception {
    assertThat(directory().names()).isEmpty();
    update(list(identity));
    assertThat(directory().names()).isEmpty();
    assertThat(pool.members().list()).hasSize(1);
  }

  @Test
  void shouldCallNobodyWhenAnotherProcessThanTheListedOneAnswers() throws Exception {
    assertThat(directory().names()).isEmpty();
    update(list(other));
    assertThatThrownBy(() -> directory().names())
        .hasCauseInstanceOf(PeerRefusedException.class)
        .hasMessage(address + ": certificate is that of server:one, expected is server:two");
    update(list(identity));
    assertThat(directory().names()).isEmpty();
  }

  @Test
  void shouldForgetAServerWhenTheListNamesItNoMoreUnlessItWasGiven() {
    Member elsewhere = member(other, new Endpoint("127.0.0.1", 1));
    update(new Members(1, List.of(member(identity, here()), elsewhere)));
    assertThat(pool.at(new ServerAddress("127.0.0.1", 1))).isNotNull();
    update(new Members(2, List.of(elsewhere)));
    assertThat(pool.at(address)).isNotNull();
    update(new Members(3, List.of(member(identity, here()))));
    assertThat(pool.at(new ServerAddress("127.0.0.1", 1))).isNull();
  }

  private void update(Members members) {
    pool.update(members, InetAddress.getLoopbackAddress());
  }

  private Directory directory() {
    FailoverStub stub =
        new FailoverStub(
            new StubType("directory", Directory.class),
            pool,
            new ServerTransfers(null, standing),
            new InbandCalls(null),
            TimeUnit.SECONDS.toNanos(30));
    return (Directory)
        Proxy.newProxyInstance(
            Directory.class.getClassLoader(), new Class<?>[] {Directory.class}, stub);
  }

  private Members list(Identity named) {
    return new Members(1, List.of(member(named, here())));
  }

  private Endpoint here() {
    return new Endpoint(address.host(), address.port());
  }

  private static Member member(Identity of, Endpoint control) {
    return new Member(
        of.principal().toString(),
        of.pin().keyId(),
        control,
        new Endpoint("127.0.0.1", 9),
        List.of(),
        0,
        Instant.now());
  }
}
