package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** RMI's distributed garbage collector is off, and leaves nothing behind. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LeaseTest {
  private static final String COLLECTOR_THREAD = "RMI RenewClean-[localhost:";

  /** Does nothing. */
  interface Ping extends Remote {
    void ping() throws RemoteException;
  }

  /** Of a text. */
  interface Length extends Remote {
    int of(String text) throws RemoteException;
  }

  @TempDir Path folder;

  @Test
  void shouldRefuseOneLeaseForEachObjectAndNoMoreWhenCallsGoOn() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(SerialFilters.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (TestServer server = new TestServer(domain.server("one"));
        TestClient client = new TestClient(domain.client("a"), server.port())) {
      server.export(Ping.class, () -> {});
      Ping ping = client.object(Ping.class);
      for (int i = 0; i < 1000; i++) {
        ping.ping();
      }
      assertThat(log.list).hasSize(1).allMatch(event -> event.getLevel() == Level.DEBUG);
      Reference.reachabilityFence(ping);
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void shouldEndTheCollectorsThreadWhenTheStubsAreGone() throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (TestServer server = new TestServer(domain.server("one"))) {
      server.export(Ping.class, () -> {});
      try (TestClient client = new TestClient(domain.client("a"), server.port())) {
        client.object(Ping.class).ping();
        assertThat(isCollecting(server.port())).isTrue();
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                System.gc();
                return !isCollecting(server.port());
              });
    }
  }

  @Test
  void shouldOpenAConnectionWhenACallIsMadeOverWhatTheCollectorLeftBehind() throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (TestServer server = new TestServer(domain.server("one"));
        ControlSocketFactory factory =
            new ControlSocketFactory(
                domain.client("a"), "localhost", server.port(), ControlLimits.defaults());
        LeaseSocket socket = new LeaseSocket(() -> factory.createSocket("", 0))) {
      byte[] call = RawCall.of(RawCall.reserved(0), RawCall.LIST, RawCall.REGISTRY_HASH, out -> {});
      byte[] operation = Arrays.copyOfRange(call, 7, call.length);
      socket.getOutputStream().write(operation);
      assertThat(socket.getInputStream().readAllBytes()).as("success").hasSize(29);
      assertThat(server.controlPort().connections()).isZero();
      try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
        socket.getOutputStream().write(operation);
        assertThat(socket.getInputStream().readNBytes(6)).startsWith(0x51, 0xac, 0xed, 0, 5);
      }
      assertThat(server.controlPort().connections()).isEqualTo(1);
    }
  }

  /** Longer than what waits to fill a record. */
  @Test
  void shouldPassALongCallToItsEnd() throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (TestServer server = new TestServer(domain.server("one"));
        ControlSocketFactory factory =
            new ControlSocketFactory(
                domain.client("a"), "localhost", server.port(), ControlLimits.defaults());
        LeaseSocket socket = new LeaseSocket(() -> factory.createSocket("", 0))) {
      byte[] id = RawCall.id(server.export(Length.class, String::length));
      byte[] call =
          RawCall.of(
              id,
              -1,
              RawCall.hash("of(Ljava/lang/String;)I"),
              out -> out.writeObject("x".repeat(20_000)));
      try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        out.write(call, 7, call.length - 7);
        out.flush();
        assertThat(socket.getInputStream().readNBytes(6)).startsWith(0x51, 0xac, 0xed, 0, 5);
      }
    }
  }

  private static boolean isCollecting(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith(COLLECTOR_THREAD + port));
  }
}
