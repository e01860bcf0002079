package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectionLimitsTest {
  private static final ConnectionCounts COUNTS = new ConnectionCounts(8, 2, 4, 3);

  @TempDir Path folder;

  /** TLS sockets of the JDK close themselves when they are garbage. */
  private final List<Socket> held = new ArrayList<>();

  private final List<ControlSocketFactory> factories = new ArrayList<>();
  private TestDomain domain;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    server = new TestServer(domain.server("one"), ControlLimits.defaults().withConnections(COUNTS));
  }

  @AfterEach
  void stop() throws Exception {
    factories.forEach(ControlSocketFactory::close);
    server.close();
  }

  @Test
  void shouldRefuseTypedWhenOnePrincipalHasItsLimitAndServeOthers() throws Exception {
    ControlSocketFactory greedy = factory("greedy");
    Socket first = connect(greedy);
    connect(greedy);
    assertThatThrownBy(() -> connect(greedy))
        .isInstanceOf(ConnectException.class)
        .hasMessage("server refused one more connection of client:greedy, it has its limit");
    connect(factory("other"));
    first.close();
    await().until(() -> server.controlPort().connections() == 2);
    connect(greedy);
  }

  @Test
  void shouldKeepPlacesForOthersWhenOneAddressNeverEndsItsHandshakes() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < COUNTS.handshakesPerAddress(); i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      await().until(() -> server.controlPort().connections() == COUNTS.handshakesPerAddress());
      assertThatThrownBy(() -> connect(factory("late"))).isInstanceOf(IOException.class);
      silent.remove(0).close();
      await().until(() -> server.controlPort().connections() < COUNTS.handshakesPerAddress());
      connect(factory("next"));
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /** Two loopback addresses stand for two machines. */
  @Test
  void shouldLetOthersInWhenOneAddressIsFullAndNobodyWhenAllHandshakesAre() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < COUNTS.handshakesPerAddress(); i++) {
        silent.add(silentFrom("127.0.0.2"));
      }
      await().until(() -> server.controlPort().connections() == COUNTS.handshakesPerAddress());
      try (Socket oneMore = silentFrom("127.0.0.2")) {
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
      connect(factory("other"));
      silent.add(silentFrom("127.0.0.3"));
      await().until(() -> server.controlPort().connections() == COUNTS.handshakes() + 1);
      assertThatThrownBy(() -> connect(factory("late"))).isInstanceOf(IOException.class);
      silent.remove(0).close();
      await().until(() -> server.controlPort().connections() == COUNTS.handshakes());
      connect(factory("next"));
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private Socket silentFrom(String address) throws IOException {
    InetAddress from = InetAddress.getByName(address);
    return new Socket(InetAddress.getLoopbackAddress(), server.port(), from, 0);
  }

  @Test
  void shouldNeverCountMoreThanIsAllowedAndEndAtNothing() throws Exception {
    ConnectionCounter counter =
        new ConnectionCounter(new ConnectionCounts(50, 10, 20, 15), CallBytes.defaults());
    Principal[] principals = new Principal[8];
    for (int i = 0; i < principals.length; i++) {
      principals[i] = new Principal("p" + i, Role.CLIENT);
    }
    AtomicInteger[] proven = new AtomicInteger[principals.length];
    for (int i = 0; i < proven.length; i++) {
      proven[i] = new AtomicInteger();
    }
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        Random random = new Random(t);
        runs.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 5_000; i++) {
                    occupy(counter, principals, proven, random.nextInt(principals.length));
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(counter.total()).isZero();
    assertThat(counter.full(InetAddress.getLoopbackAddress())).isEmpty();
  }

  private static void occupy(
      ConnectionCounter counter, Principal[] principals, AtomicInteger[] proven, int who) {
    counter
        .accept(InetAddress.getLoopbackAddress())
        .ifPresent(
            place -> {
              if (place.proven(principals[who])) {
                assertThat(proven[who].incrementAndGet()).isLessThanOrEqualTo(10);
                proven[who].decrementAndGet();
              }
              assertThat(counter.total()).isLessThanOrEqualTo(50);
              place.close();
              place.close();
            });
  }

  private ControlSocketFactory factory(String name) throws IOException {
    ControlSocketFactory factory =
        new ControlSocketFactory(
            domain.client(name), "localhost", server.port(), ControlLimits.defaults());
    factories.add(factory);
    return factory;
  }

  private Socket connect(ControlSocketFactory factory) throws IOException {
    try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      Socket socket = factory.createSocket("", 0);
      held.add(socket);
      return socket;
    }
  }
}
