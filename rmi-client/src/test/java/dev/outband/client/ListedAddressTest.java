package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.api.TransferException;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SerialFilters;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server, or a member whose record it shows, would have its clients dial somebody else. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ListedAddressTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  /** Assigned to nobody. */
  private static final int PRIVILEGED = 1020;

  /** What the lists say that members have. */
  interface Archive extends Remote {
    String name() throws RemoteException, TransferException;
  }

  @TempDir Path folder;
  private CertificateAuthority authority;
  private Identity self;
  private Identity mallory;

  @BeforeEach
  void identify() throws Exception {
    SerialFilters.installJvmWide();
    authority = CertificateAuthority.create(folder.resolve("pki"));
    self = Identity.load(authority.issueClient("self"));
    mallory = Identity.load(authority.issueServer("mallory", List.of("127.0.0.1")));
  }

  @Test
  void shouldDialNoListedAddressThatIsNeverDialedAndServeOnWhenAServerLies() throws Exception {
    List<Endpoint> targets =
        List.of(
            new Endpoint("169.254.169.254", 7099),
            new Endpoint("224.0.0.1", 7099),
            new Endpoint("127.0.0.1", PRIVILEGED));
    try (ServerSocket trap = privilegedOrAny();
        LyingServer server = new LyingServer(mallory, list(targets));
        OutbandClient client =
            OutbandClient.builder().identity(self).servers(server.address()).connect()) {
      assertThat(client.members().list()).hasSize(targets.size());
      TransferException failure =
          catchThrowableOfType(
              TransferException.class, () -> client.lookup("archive", Archive.class));
      for (Endpoint target : targets) {
        assertThat(failure).hasMessageContaining("endpoint " + target + " refused: ");
      }
      assertThat(failure).hasMessageContaining("no object is exported as archive");
      if (trap.getLocalPort() == PRIVILEGED) {
        assertNobodyDialed(trap);
      }
    }
  }

  @Test
  void shouldDialNothingAndSaySoTypedWhenAServerElsewhereListsLoopback() throws Exception {
    try (ServerSocket trap = new ServerSocket(0, 50, HERE);
        ServerPool pool = pool()) {
      Endpoint target = new Endpoint("127.0.0.1", trap.getLocalPort());
      pool.update(list(List.of(target)), InetAddress.getByName("192.0.2.7"));
      TransferException refused = refused(pool, ServerAddress.of(target));
      assertThat(refused.code()).isEqualTo(Code.FORBIDDEN);
      assertThat(refused)
          .hasMessage(
              target
                  + ": endpoint "
                  + target
                  + " refused: address must be none of loopback, link-local, multicast, reserved"
                  + " and metadata, listedBy=192.0.2.7");
      assertNobodyDialed(trap);
    }
  }

  @Test
  void shouldDialWhatTheUserGaveWhoeverListsIt() throws Exception {
    try (LyingServer server = new LyingServer(mallory, Members.none());
        ServerPool pool = pool(ServerAddress.parse(server.address()))) {
      ServerAddress given = ServerAddress.parse(server.address());
      Member listed = member(given.endpoint(), mallory);
      pool.update(new Members(1, List.of(listed)), InetAddress.getByName("192.0.2.7"));
      assertThat(pool.at(given).lead())
          .isEqualTo(new Lead(Optional.of(mallory.pin()), Optional.empty()));
      assertThat(names(pool, given)).isEmpty();
    }
  }

  @Test
  void shouldGoByTheServerThatWasTheLastToListIt() throws Exception {
    try (LyingServer server = new LyingServer(mallory, Members.none());
        ServerPool pool = pool()) {
      ServerAddress address = ServerAddress.parse(server.address());
      Members list = new Members(1, List.of(member(address.endpoint(), mallory)));
      pool.update(list, InetAddress.getByName("192.0.2.7"));
      assertThat(refused(pool, address).code()).isEqualTo(Code.FORBIDDEN);
      pool.update(list, HERE);
      assertThat(names(pool, address)).isEmpty();
    }
  }

  private ServerPool pool(ServerAddress... given) {
    return new ServerPool(
        List.of(given),
        Balance.LEAST_LOADED,
        (at, lead) -> ServerConnection.open(self, at, ControlLimits.defaults(), lead));
  }

  private static TransferException refused(ServerPool pool, ServerAddress address) {
    AttemptFailedException failed =
        catchThrowableOfType(AttemptFailedException.class, () -> names(pool, address));
    assertThat(failed.ran()).isEqualTo(AttemptFailedException.Ran.NEVER);
    return (TransferException) failed.plain();
  }

  private static List<?> names(ServerPool pool, ServerAddress address)
      throws AttemptFailedException {
    try {
      return (List<?>) pool.at(address).use(connection -> connection.directory().names());
    } catch (AttemptFailedException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a directory throws nothing else", e);
    }
  }

  private Members list(List<Endpoint> targets) {
    return new Members(
        1, IntStream.range(0, targets.size()).mapToObj(i -> member(targets.get(i), i)).toList());
  }

  private Member member(Endpoint control, int i) {
    return member(control, "server:member" + i, "%064x".formatted(i));
  }

  private static Member member(Endpoint control, Identity named) {
    return member(control, named.principal().toString(), named.pin().keyId());
  }

  private static Member member(Endpoint control, String principal, String keyId) {
    return new Member(
        principal,
        keyId,
        control,
        new Endpoint("127.0.0.1", 9),
        List.of("archive"),
        0,
        Instant.now());
  }

  /** Where this process may not bind the privileged port, no trap is there. */
  private static ServerSocket privilegedOrAny() throws IOException {
    try {
      return new ServerSocket(PRIVILEGED, 50, HERE);
    } catch (BindException e) {
      return new ServerSocket(0, 50, HERE);
    }
  }

  /** The first that the trap hears of is this test itself. */
  private static void assertNobodyDialed(ServerSocket trap) throws IOException {
    try (Socket own = new Socket(HERE, trap.getLocalPort());
        Socket first = trap.accept()) {
      assertThat(first.getPort()).as("who dialed first").isEqualTo(own.getLocalPort());
    }
  }
}
