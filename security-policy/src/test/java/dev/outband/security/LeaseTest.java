package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.dgc.Lease;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
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

  @TempDir Path folder;

  @Test
  void shouldAskNoServerForALeaseNorOpenAnotherConnectionForIt() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.outband.security");
    Level before = logger.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.DEBUG);
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (TestServer server = new TestServer(domain.server("one"));
        TestClient client = new TestClient(domain.client("a"), server.port())) {
      server.export(Ping.class, () -> {});
      Ping ping = client.object(Ping.class);
      Ping again = client.object(Ping.class);
      for (int i = 0; i < 1000; i++) {
        ping.ping();
        again.ping();
      }
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("control connection opened");
      Reference.reachabilityFence(ping);
      Reference.reachabilityFence(again);
    } finally {
      logger.setLevel(before);
      logger.detachAppender(log);
    }
  }

  @Test
  void shouldAnswerWithALeaseThatRmiReads() throws Exception {
    byte[] call =
        HexFormat.of().parseHex("50aced000577220000000000000002" + "00".repeat(14) + "00000001");
    byte[] answer = LeaseCall.answer(call, 0, call.length);
    try (ObjectInputStream in =
        new MarshalInput(new ByteArrayInputStream(answer, 1, answer.length))) {
      in.skipNBytes(15);
      Lease lease = (Lease) in.readObject();
      assertThat(lease.getVMID()).isNull();
      assertThat(Duration.ofMillis(lease.getValue())).isEqualTo(Duration.ofDays(36_500));
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(LeaseCall.answer(call, 0, call.length - 5)).isNull();
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
      byte[] header = HexFormat.of().parseHex("4a524d4900024b");
      byte[] call = RawCall.of(RawCall.reserved(0), RawCall.LIST, RawCall.REGISTRY_HASH, out -> {});
      byte[] operation = Arrays.copyOfRange(call, 7, call.length);
      socket.getOutputStream().write(header);
      assertThat(socket.getInputStream().readAllBytes()).as("accepted").hasSize(7);
      socket.getOutputStream().write(operation);
      assertThat(socket.getInputStream().read()).as("no call of this client's").isEqualTo(-1);
      assertThat(server.controlPort().connections()).isZero();
      try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
        socket.getOutputStream().write(operation);
        assertThat(socket.getInputStream().readNBytes(6)).startsWith(0x51, 0xac, 0xed, 0, 5);
      }
      assertThat(server.controlPort().connections()).isEqualTo(1);
    }
  }

  /** Reads classes as RMI writes them: with a codebase, here null. */
  private static final class MarshalInput extends ObjectInputStream {
    MarshalInput(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      assertThat(readObject()).isNull();
      return super.resolveClass(description);
    }
  }

  private static boolean isCollecting(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith(COLLECTOR_THREAD + port));
  }
}
