package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CallerTest {
  private static final int CALLS = 200;

  /** Says who calls. */
  interface Mirror extends Remote {
    String caller() throws RemoteException;
  }

  @TempDir Path folder;
  private TestDomain domain;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    server = new TestServer(domain.server("mirror"));
    server.export(Mirror.class, () -> Caller.current().toString());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldNameTheRightCallerWhenTwoIdentitiesTakeTurns() throws Exception {
    try (TestClient a = new TestClient(domain.client("alpha"), server.port());
        TestClient b = new TestClient(domain.client("beta"), server.port())) {
      Mirror alpha = a.object(Mirror.class);
      Mirror beta = b.object(Mirror.class);
      for (int i = 0; i < CALLS / 2; i++) {
        assertThat(alpha.caller()).startsWith("client:alpha at 127.0.0.1:");
        assertThat(beta.caller()).startsWith("client:beta at 127.0.0.1:");
      }
    }
  }

  @Test
  void shouldNameTheRightCallerWhenTwoIdentitiesCallAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    CountDownLatch start = new CountDownLatch(1);
    try (TestClient a = new TestClient(domain.client("alpha"), server.port());
        TestClient b = new TestClient(domain.client("beta"), server.port())) {
      Mirror alpha = a.object(Mirror.class);
      Mirror beta = b.object(Mirror.class);
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 2 * CALLS; i++) {
        boolean even = i % 2 == 0;
        calls.add(
            threads.submit(
                () -> {
                  start.await();
                  String expected = even ? "client:alpha at" : "client:beta at";
                  assertThat((even ? alpha : beta).caller()).startsWith(expected);
                  return null;
                }));
      }
      start.countDown();
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldThrowWhenAThreadThatServedACallServesOtherRmiAfterwards() throws Exception {
    try (TestClient client = new TestClient(domain.client("alpha"), server.port())) {
      assertThat(client.object(Mirror.class).caller()).startsWith("client:alpha");
    }
    Awaitility.await().until(() -> server.controlPort().connections() == 0);
    Mirror plain = () -> Caller.current().toString();
    Mirror stub = (Mirror) UnicastRemoteObject.exportObject(plain, 0);
    try {
      assertThatThrownBy(stub::caller).hasMessage("no remote call runs on this thread");
    } finally {
      UnicastRemoteObject.unexportObject(plain, true);
    }
  }

  @Test
  void shouldThrowWhenNoRemoteCallRunsOnTheThread() {
    assertThatThrownBy(Caller::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no remote call runs on this thread");
  }
}
