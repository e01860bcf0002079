package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.outband.security.PeerRefusedException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ControlPortTest {
  private static final ControlLimits LIMITS =
      ControlLimits.defaults().withMaxMessageBytes(64 * 1024).withMaxConnections(8);

  /** For peers that must be cut; a busy machine may need longer for those that must not. */
  private static final ControlLimits HASTY =
      LIMITS.withHandshakeDeadline(Duration.ofSeconds(1)).withReadTimeout(Duration.ofSeconds(2));

  /** Answers with what it is given. */
  interface Echo extends Remote {
    String echo(String text) throws RemoteException;
  }

  @TempDir Path folder;
  private TestDomain domain;
  private Identity identity;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    identity = domain.server("one");
    start(LIMITS);
  }

  private void start(ControlLimits limits) throws Exception {
    server = new TestServer(identity, limits);
    server.export(Echo.class, text -> text);
  }

  private void restart(ControlLimits limits) throws Exception {
    server.close();
    start(limits);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldForgetTheTlsLayerWhenAConnectionIsClosed() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Identity caller = domain.client("a");
    try (ControlPort port = ControlPort.open(identity, any, LIMITS);
        SSLSocket client = (SSLSocket) caller.sslContext().getSocketFactory().createSocket()) {
      client.setSSLParameters(caller.clientParameters());
      client.connect(port.address());
      // As the JDK's RMI does, whose idle thread remembers the socket for a minute.
      Socket remembered = port.createServerSocket(port.address().getPort()).accept();
      Thread shaking = new Thread(() -> handshake(client), "test-handshake");
      shaking.start();
      WeakReference<InputStream> input = new WeakReference<>(remembered.getInputStream());
      shaking.join();
      remembered.close();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                System.gc();
                return input.refersTo(null);
              });
      assertThatThrownBy(remembered::getInputStream).hasMessage("closed");
    }
  }

  private static void handshake(SSLSocket client) {
    try {
      client.startHandshake();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldAnswerWhenTheCallerIsOfTheTrustDomain() throws Exception {
    try (TestClient client = new TestClient(domain.client("a"), server.port())) {
      assertThat(client.object(Echo.class).echo("hello")).isEqualTo("hello");
    }
  }

  @Test
  void shouldGiveThePortBackAtOnceWhenItIsClosed() throws Exception {
    for (int i = 0; i < 15; i++) {
      int port = server.port();
      server.close();
      new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
      start(LIMITS);
    }
  }

  @Test
  void shouldRefuseTypedWhenTheClientIsOfAnotherDomain() throws Exception {
    TestDomain other = new TestDomain(folder.resolve("other"));
    try (TestClient client = new TestClient(other.client("a"), server.port())) {
      assertRefused(client::door).returns(Reason.UNTRUSTED, PeerRefusedException::reason);
    }
  }

  @Test
  void shouldRefuseTypedWhenTheClientWasRevokedMeanwhile() throws Exception {
    Identity revoked = domain.client("a");
    try (TestClient client = new TestClient(revoked, server.port())) {
      assertThat(client.object(Echo.class).echo("before")).isEqualTo("before");
    }
    domain.revoke("a");
    try (TestClient client = new TestClient(revoked, server.port())) {
      assertRefused(client::door).returns(Reason.REVOKED, PeerRefusedException::reason);
    }
  }

  @Test
  void shouldRefuseTypedAtEveryOneOfManyTriesWhenTheServerRefusesTheClient() throws Exception {
    Identity revoked = domain.client("a");
    domain.revoke("a");
    for (int i = 0; i < 100; i++) {
      try (TestClient client = new TestClient(revoked, server.port())) {
        assertRefused(client::door).returns(Reason.REVOKED, PeerRefusedException::reason);
      }
    }
  }

  @Test
  void shouldRefuseWhenTheServerHasAnotherNameThanDialed() throws Exception {
    try (TestServer stranger = new TestServer(domain.serverFor("two", "example.org"), LIMITS);
        TestClient client = new TestClient(domain.client("a"), stranger.port())) {
      assertRefused(client::door).returns(Reason.WRONG_HOST, PeerRefusedException::reason);
    }
  }

  @Test
  void shouldRefuseWhenTheServerShowsAClientsCertificate() throws Exception {
    try (TestServer impostor = new TestServer(domain.client("b"), LIMITS);
        TestClient client = new TestClient(domain.client("a"), impostor.port())) {
      assertRefused(client::door).returns(Reason.WRONG_ROLE, PeerRefusedException::reason);
    }
  }

  @Test
  void shouldRefuseWhenTheServerSpeaksNoTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestClient client =
            new TestClient(domain.client("a"), "localhost", plain.getLocalPort(), LIMITS)) {
      Thread greeter = new Thread(() -> greet(plain), "greeter");
      greeter.start();
      assertRefused(client::door).returns(Reason.PROTOCOL, PeerRefusedException::reason);
      greeter.join();
    }
  }

  @Test
  void shouldNotWaitLongerThanTheDeadlineWhenTheServerIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestClient client =
            new TestClient(domain.client("a"), "localhost", silent.getLocalPort(), HASTY)) {
      assertThatThrownBy(client::door)
          .hasRootCauseInstanceOf(IOException.class)
          .hasStackTraceContaining("no TLS handshake within 1000 ms");
    }
  }

  @Test
  void shouldCutThePeerWhenItIsSilent() throws Exception {
    restart(HASTY);
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      silent.setSoTimeout(10_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    awaitNoConnections();
  }

  @Test
  void shouldCutThePeerWhenItDripsBytesThatKeepEachReadAlive() throws Exception {
    restart(HASTY);
    ScheduledExecutorService dripper = Executors.newSingleThreadScheduledExecutor();
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      slow.setSoTimeout(10_000);
      // The header of a TLS record of 16 KiB, and then a byte of it every 50 ms.
      slow.getOutputStream().write(new byte[] {22, 3, 1, 0x40, 0});
      dripper.scheduleWithFixedDelay(() -> drip(slow), 50, 50, TimeUnit.MILLISECONDS);
      assertThat(readToEnd(slow)).isTrue();
    } finally {
      dripper.shutdownNow();
    }
    awaitNoConnections();
  }

  @Test
  void shouldCloseAtOnceWhenThereAreTooManyConnectionsAndServeOn() throws Exception {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < LIMITS.connections().total(); i++) {
        held.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      Awaitility.await()
          .until(() -> server.controlPort().connections() == LIMITS.connections().total());
      try (Socket extra = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        extra.setSoTimeout(5_000);
        assertThat(readToEnd(extra)).isTrue();
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
    awaitNoConnections();
    shouldAnswerWhenTheCallerIsOfTheTrustDomain();
  }

  @Test
  void shouldCutTheCallerWhenACallIsLongerThanTheLimit() throws Exception {
    try (TestClient client = new TestClient(domain.client("a"), server.port())) {
      Echo echo = client.object(Echo.class);
      assertThatThrownBy(() -> echo.echo("x".repeat(1 << 20))).isInstanceOf(RemoteException.class);
      assertThat(echo.echo("x".repeat(32 * 1024))).hasSize(32 * 1024);
    }
  }

  @Test
  void shouldCutTheCallerWhenItDripsACallThatKeepsEachReadAlive() throws Exception {
    restart(HASTY);
    ScheduledExecutorService dripper = Executors.newSingleThreadScheduledExecutor();
    ControlLimits patient = ControlLimits.defaults();
    try (ControlSocketFactory factory =
            new ControlSocketFactory(domain.client("a"), "localhost", server.port(), patient);
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket slow = factory.createSocket("localhost", server.port())) {
      // JRMI, version 2, stream protocol, and then a host name of 65,535 bytes, one at a time.
      slow.getOutputStream().write(new byte[] {'J', 'R', 'M', 'I', 0, 2, 0x4b, -1, -1});
      dripper.scheduleWithFixedDelay(() -> drip(slow), 100, 100, TimeUnit.MILLISECONDS);
      assertThat(readToEnd(slow)).isTrue();
    } finally {
      dripper.shutdownNow();
    }
    awaitNoConnections();
  }

  @Test
  void shouldAnswerWhenTheServerClosedTheIdleConnection() throws Exception {
    restart(HASTY);
    try (TestClient client = new TestClient(domain.client("a"), server.port())) {
      Echo echo = client.object(Echo.class);
      assertThat(echo.echo("once")).isEqualTo("once");
      awaitNoConnections();
      assertThat(echo.echo("again")).isEqualTo("again");
    }
  }

  @Test
  void shouldNameHostAndPortWhenThePortIsInUse() throws Exception {
    InetSocketAddress taken = server.controlPort().address();
    assertThatThrownBy(() -> ControlPort.open(identity, taken, LIMITS))
        .isInstanceOf(BindException.class)
        .hasMessageContaining(":" + taken.getPort() + ": ")
        .hasMessageStartingWith("cannot listen on ");
  }

  @Test
  void shouldNotDialWhenNoCallRunsOnTheThread() throws Exception {
    try (ControlSocketFactory factory =
        new ControlSocketFactory(domain.client("a"), "localhost", server.port(), LIMITS)) {
      assertThatThrownBy(() -> factory.createSocket("localhost", server.port()))
          .hasMessage("no call of this client runs on this thread");
    }
  }

  @Test
  void shouldDialWhereItWasMadeForWhenRmiAsksForAnotherAddress() throws Exception {
    try (ControlSocketFactory factory =
            new ControlSocketFactory(domain.client("a"), "localhost", server.port(), LIMITS);
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("203.0.113.1", 9)) {
      assertThat(socket.getPort()).isEqualTo(server.port());
      assertThat(factory.remoteAddress().isLoopbackAddress()).isTrue();
    }
  }

  private static ObjectAssert<PeerRefusedException> assertRefused(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    while (thrown != null && !(thrown instanceof PeerRefusedException)) {
      thrown = thrown.getCause();
    }
    return assertThatObject((PeerRefusedException) thrown).isNotNull();
  }

  private void awaitNoConnections() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> server.controlPort().connections() == 0);
  }

  private static void greet(ServerSocket plain) {
    try (Socket socket = plain.accept()) {
      socket
          .getOutputStream()
          .write("220 welcome to something else\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(4096);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void drip(Socket slow) {
    try {
      slow.getOutputStream().write(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean readToEnd(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // An alert may come first.
      }
      return true;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }
}
