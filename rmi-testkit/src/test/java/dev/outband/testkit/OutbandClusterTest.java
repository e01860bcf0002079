package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.outband.client.OutbandClient;
import dev.outband.server.OutbandServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What the extension gives a test, and what it says when the test leaves something. */
@Timeout(60)
class OutbandClusterTest {

  private static final Semaphore OVER = new Semaphore(0);
  private static final Remote EXPORTED = new Remote() {};

  @Nested
  @OutbandCluster(servers = 2)
  class OnAClass {

    private TestCluster early;

    @BeforeEach
    void take(TestCluster cluster) {
      early = cluster;
    }

    @Test
    void shouldInjectTheSameClusterEverywhere(
        TestCluster cluster,
        OutbandServer first,
        Path folder,
        OutbandServer second,
        OutbandClient client,
        TrustDomain domain) {
      assertThat(cluster).isSameAs(early);
      assertThat(cluster.servers()).containsExactly(first, second);
      assertThat(cluster.clients()).containsExactly(client);
      assertThat(cluster.folder()).isEqualTo(folder);
      assertThat(cluster.trustDomain()).isSameAs(domain);
    }

    @Test
    void shouldLeaveAnAnnotatedPathToItsExtension(
        TestCluster cluster, @TempDir Path other, Path folder) {
      assertThat(other).isNotEqualTo(folder);
      assertThat(folder).isEqualTo(cluster.folder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void shouldLeaveThePathsOfAParameterizedTestToIt(Path path, OutbandServer server) {
      assertThat(path.toString()).isIn("a", "b");
      assertThat(server).isSameAs(early.server(0));
    }

    @RepeatedTest(2)
    void shouldStartForEachRepetition(OutbandClient client) throws Exception {
      assertThat(client.names()).isEmpty();
    }

    @Test
    @OutbandCluster(servers = 1, clients = 3)
    void shouldFollowTheMethodBeforeTheClass(TestCluster cluster) {
      assertThat(cluster.servers()).hasSize(1);
      assertThat(cluster.clients()).hasSize(3);
    }

    @Nested
    class AndWithinIt {
      @Test
      void shouldHoldForNestedClasses(TestCluster cluster) {
        assertThat(cluster.servers()).hasSize(2);
      }
    }
  }

  @Test
  void shouldFailATestThatLeavesAThread() {
    assertThat(failureOf(LeavingAThread.class)).contains("left behind", "thread forgotten");
    OVER.release();
  }

  @Test
  void shouldFailATestThatLeavesAnExportedObject() throws Exception {
    assertThat(failureOf(LeavingAnObject.class)).contains("left behind", "exported object");
    UnicastRemoteObject.unexportObject(EXPORTED, true);
  }

  @Test
  void shouldFailATestThatLeavesATemporaryFile() {
    assertThat(failureOf(LeavingAFile.class))
        .contains("left behind", "file ", ".target.outband-1")
        .doesNotContain("kept");
  }

  @Test
  void shouldNotCheckWhereItIsToldNotTo() {
    assertThat(failureOf(LeavingUnchecked.class)).isEmpty();
    OVER.release();
  }

  @Test
  void shouldSayThatThereAreNotSoMany() {
    assertThat(failureOf(AskingForTwo.class))
        .contains("test takes more servers than there are, @OutbandCluster has servers=1");
  }

  @Test
  void shouldSayThatAClusterLivesAsLongAsATest() {
    assertThat(failureOf(AskingEarly.class))
        .contains("a cluster lives as long as one test: take TestCluster in the test");
  }

  // Not run by themselves: static classes within a test class are not looked for.

  @OutbandCluster(goneWithinSeconds = 1)
  static class LeavingAThread {
    @Test
    void test() {
      forget();
    }
  }

  @OutbandCluster(goneWithinSeconds = 0)
  static class LeavingUnchecked {
    @Test
    void test() {
      forget();
    }
  }

  @OutbandCluster(goneWithinSeconds = 1)
  static class LeavingAnObject {
    @Test
    void test() throws Exception {
      Remote unused = UnicastRemoteObject.exportObject(EXPORTED, 0);
    }
  }

  @OutbandCluster(goneWithinSeconds = 1)
  static class LeavingAFile {
    @Test
    void test(Path folder) throws Exception {
      Files.writeString(folder.resolve(".target.outband-1"), "x");
      Files.writeString(folder.resolve("kept"), "x");
    }
  }

  @OutbandCluster
  static class AskingForTwo {
    @Test
    void test(OutbandServer one, OutbandServer two) {}
  }

  @OutbandCluster
  static class AskingEarly {
    @BeforeAll
    static void tooEarly(TestCluster cluster) {}

    @Test
    void test() {}
  }

  private static void forget() {
    Thread forgotten =
        new Thread(
            () -> {
              try {
                OVER.acquire();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "forgotten");
    forgotten.setDaemon(true);
    forgotten.start();
  }

  /** What a test class says when it fails; empty if it passes. */
  private static String failureOf(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(testClass))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> String.valueOf(result.getThrowable().orElseThrow()))
        .collect(Collectors.joining("; "));
  }
}
