package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.server.cluster.ClusterConfig;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers in one cluster, and those that come to it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClusterServerTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static CertificateAuthority authority;
  private static OutbandServer one;
  private static OutbandServer two;
  private static OutbandClient client;

  @BeforeAll
  static void start() throws Exception {
    authority = CertificateAuthority.create(folder.resolve("pki"));
    one = server("one", ClusterConfig.join());
    two = server("two", joining());
    client =
        OutbandClient.builder()
            .identity(Identity.load(authority.issueClient("reporting")))
            .servers("127.0.0.1:" + one.controlAddress().getPort())
            .connect();
    one.export("archive", Archive.class, new ArchiveService(one.transmitter(), one.receptions()));
    await()
        .atMost(SOON)
        .until(
            () -> client.members(),
            now -> now.list().size() == 2 && !now.list().get(0).services().isEmpty());
  }

  @AfterAll
  static void stop() {
    client.close();
    two.close();
    one.close();
  }

  @Test
  void shouldTellAClientOfAllMembersWhenItAsksOne() throws Exception {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(principals(client.members()))
                    .containsExactly("server:one", "server:two"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(client.members().list().get(0).services()).containsExactly("archive"));
    Member first = client.members().list().get(0);
    assertThat(first.control())
        .isEqualTo(new Endpoint("127.0.0.1", one.controlAddress().getPort()));
    assertThat(first.data()).isEqualTo(new Endpoint("127.0.0.1", one.dataAddress().getPort()));
    assertThat(first.load()).isZero();
    assertThat(one.clusterAddress()).isPresent();
  }

  @Test
  void shouldWakeWhoeverWaitsWhenAMemberComesDrainsAndDies() throws Exception {
    Members before = awaitMembers(Members.NO_VERSION, 2);
    CompletableFuture<Members> comes = waiting(before.version());
    OutbandServer third = server("third", joining());
    assertThat(principals(comes.get(10, TimeUnit.SECONDS))).contains("server:third");

    Members with = awaitMembers(before.version(), 3);
    assertThat(third.drain(Duration.ZERO)).isTrue();
    assertThat(principals(awaitMembers(with.version(), 2))).doesNotContain("server:third");
    third.close();

    OutbandServer fourth = server("fourth", joining());
    Members full = awaitMembers(before.version(), 3);
    CompletableFuture<Members> dies = waiting(full.version());
    long startNs = System.nanoTime();
    fourth.close();
    assertThat(principals(dies.get(10, TimeUnit.SECONDS))).doesNotContain("server:fourth");
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void shouldAnswerAtTheLimitWhenNothingChanges() throws Exception {
    Members now = awaitMembers(Members.NO_VERSION, 2);
    Members later = client.awaitMembers(now.version(), Duration.ofMillis(50));
    assertThat(later.version()).isEqualTo(now.version());
  }

  @Test
  void shouldKnowNoMembersAndLoadNoHazelcastWhenItIsInNoCluster() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("hazelcast"))
            .collect(Collectors.joining(File.pathSeparator));
    Process lone =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                classPath,
                LoneServer.class.getName(),
                authority.issueServer("lone", List.of("127.0.0.1")).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(lone.getInputStream().readAllBytes());
    assertThat(said).contains("no Hazelcast", "members=0");
    assertThat(lone.waitFor()).isZero();
  }

  @Test
  void shouldNameTheSettingWhenAMembersAddressIsUnknown() throws Exception {
    OutbandServerBuilder builder =
        OutbandServer.builder()
            .identity(Identity.load(authority.issueServer("all", List.of("127.0.0.1"))))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .cluster(ClusterConfig.join());
    assertThatThrownBy(() -> builder.control("0.0.0.0", 0).start())
        .hasMessageStartingWith("advertiseControl must be set");
    assertThatThrownBy(() -> builder.control("127.0.0.1", 0).data("::", 0).start())
        .hasMessageStartingWith("advertiseData must be set");
    assertThatThrownBy(() -> ClusterConfig.join("10.0.0.5"))
        .hasMessage("member to join must be HOST:PORT or [IPV6]:PORT, not \"10.0.0.5\"");
    assertThatThrownBy(() -> ClusterConfig.join("a:0"))
        .hasMessage("port of a member to join must be 1..65535, not 0");
    assertThatThrownBy(() -> ClusterConfig.join().named("my cluster"))
        .hasMessage("cluster name must be 1..63 letters, digits and . _ -, not \"my cluster\"");
  }

  private static Members awaitMembers(long version, int count) {
    return await()
        .atMost(SOON)
        .until(
            () -> client.members(), now -> now.version() != version && now.list().size() == count);
  }

  private static CompletableFuture<Members> waiting(long version) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.awaitMembers(version, Duration.ofSeconds(20));
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static List<String> principals(Members members) {
    return members.list().stream().map(Member::principal).toList();
  }

  private static ClusterConfig joining() {
    return ClusterConfig.join("127.0.0.1:" + one.clusterAddress().orElseThrow().getPort());
  }

  private static OutbandServer server(String name, ClusterConfig cluster) throws Exception {
    return OutbandServer.builder()
        .identity(Identity.load(authority.issueServer(name, List.of("127.0.0.1"))))
        .policy(SecurityPolicy.anyoneInTheTrustDomain())
        .control("127.0.0.1", 0)
        .cluster(cluster.bind("127.0.0.1", 0))
        .start();
  }
}
