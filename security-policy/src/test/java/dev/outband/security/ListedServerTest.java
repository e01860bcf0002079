package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client dials what a list names only where a callback might go, too. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ListedServerTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  /** Assigned to nobody. */
  private static final int PRIVILEGED = 1021;

  @TempDir Path folder;
  private TestDomain domain;
  private Identity caller;

  @BeforeEach
  void identify() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    caller = domain.client("a");
  }

  @Test
  void shouldDialNothingWhenAServerElsewhereListsWhatIsNeverDialed() throws Exception {
    try (ServerSocket trap = new ServerSocket(0, 50, HERE)) {
      for (String host :
          List.of("127.0.0.1", "localhost", "0.0.0.0", "169.254.169.254", "224.0.0.1")) {
        assertRefused(new Endpoint(host, trap.getLocalPort()), address("192.0.2.7"));
      }
      assertNobodyDialed(trap);
    }
  }

  @Test
  void shouldNotDialAPrivilegedPortOfTheListingServer() throws Exception {
    for (int port : List.of(1, 22, 80, 443, 1023)) {
      assertRefused(new Endpoint("127.0.0.1", port), HERE);
    }
    assumeTrue(mayBind(PRIVILEGED), "this process may bind no privileged port");
    try (ServerSocket trap = new ServerSocket(PRIVILEGED, 50, HERE)) {
      assertRefused(new Endpoint("127.0.0.1", PRIVILEGED), HERE);
      assertNobodyDialed(trap);
    }
  }

  @Test
  void shouldDialAServerOfThisHostWhenOneOfThisHostListsIt() throws Exception {
    try (TestServer server = new TestServer(domain.server("one"));
        ControlSocketFactory factory =
            ControlSocketFactory.listed(
                caller,
                new Endpoint("localhost", server.port()),
                ControlLimits.defaults(),
                address("127.0.0.9"))) {
      connect(factory);
      assertThat(factory.remoteAddress().isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void shouldConnectToWhatWasCheckedAndAskAgainForTheNextConnection() throws Exception {
    AtomicInteger resolved = new AtomicInteger();
    CallbackPolicy policy =
        CallbackPolicy.listed(
            host ->
                new InetAddress[] {
                  resolved.incrementAndGet() == 1 ? HERE : address("169.254.169.254")
                });
    Identity member = domain.serverFor("member", "member.invalid");
    try (TestServer server = new TestServer(member);
        ControlSocketFactory factory =
            ControlSocketFactory.listed(
                caller,
                new Endpoint("member.invalid", server.port()),
                ControlLimits.defaults(),
                HERE,
                policy)) {
      connect(factory);
      assertThat(resolved).hasValue(1);
      assertThat(factory.remoteAddress()).isEqualTo(HERE);
      assertRefused(factory);
      assertThat(resolved).hasValue(2);
    }
  }

  @Test
  void shouldGoOnToTheNextAddressWhenNobodyAnswersAtTheFirst() throws Exception {
    Identity member = domain.serverFor("member", "member.invalid");
    try (TestServer server = new TestServer(member);
        ControlSocketFactory factory =
            ControlSocketFactory.listed(
                caller,
                new Endpoint("member.invalid", server.port()),
                ControlLimits.defaults(),
                HERE,
                CallbackPolicy.listed(host -> new InetAddress[] {address("127.0.0.9"), HERE}))) {
      connect(factory);
      assertThat(factory.remoteAddress()).isEqualTo(HERE);
    }
  }

  private void assertRefused(Endpoint member, InetAddress listedBy) {
    try (ControlSocketFactory factory =
        ControlSocketFactory.listed(caller, member, ControlLimits.defaults(), listedBy)) {
      assertRefused(factory);
    }
  }

  private static void assertRefused(ControlSocketFactory factory) {
    IOException failure = catchThrowableOfType(IOException.class, () -> connect(factory));
    assertThat(failure)
        .hasMessageContaining(" refused: ")
        .cause()
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN));
  }

  private static void connect(ControlSocketFactory factory) throws Exception {
    try (CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("ignored", 0)) {
      assertThat(socket.isConnected()).isTrue();
    }
  }

  private static boolean mayBind(int port) {
    try (ServerSocket trap = new ServerSocket(port, 1, HERE)) {
      return trap.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** The first that the trap hears of is this test itself. */
  private static void assertNobodyDialed(ServerSocket trap) throws IOException {
    try (Socket own = new Socket(HERE, trap.getLocalPort());
        Socket first = trap.accept()) {
      assertThat(first.getPort()).as("who dialed first").isEqualTo(own.getLocalPort());
    }
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
