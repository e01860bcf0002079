package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Member;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.server.OutbandServer;
import dev.outband.server.OutbandServerBuilder;
import dev.outband.server.cluster.ClusterConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers of one cluster, each in a JVM of its own. */
@Timeout(180)
class ClusterAcceptanceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** In which the death of a process must be known. */
  private static final Duration DEATH_LIMIT = Duration.ofSeconds(3);

  @TempDir static Path temp;
  private static CertificateAuthority authority;
  private static Path root;
  private static Path client;
  private static ServeProcess first;

  @BeforeAll
  static void serve() throws Exception {
    root = Files.createDirectory(temp.resolve("root"));
    Files.writeString(root.resolve("hello.txt"), "Hello");
    authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    first = start("one", "--cluster", "127.0.0.1:0");
  }

  @AfterAll
  static void stop() throws Exception {
    first.close();
  }

  @Test
  void shouldListMembersUntilTheyDieOrAreTerminated() throws Exception {
    try (ServeProcess second = start("two", "--join", first.cluster());
        ServeProcess third = startInItsOwnList("three", second.cluster(), first.cluster())) {
      awaitMembers(first, "one", "three", "two");
      Cli.Result table = members(first);
      assertThat(table.out())
          .startsWith("MEMBER ")
          .containsPattern(
              "server:two +" + second.control() + " +127.0.0.1:\\d+ +0 +\\S+Z +files\n");
      Cli.Result json = members(second, "--json");
      assertThat(json.out())
          .startsWith("[{\"principal\":\"server:one\",\"key\":\"")
          .contains("\"control\":\"" + third.control() + "\"", "\"services\":[\"files\"]");

      long killedNs = System.nanoTime();
      second.process().destroyForcibly().waitFor();
      awaitMembers(first, "one", "three");
      Duration pause = Duration.ofNanos(System.nanoTime() - killedNs);
      System.out.println("death known after ms=" + pause.toMillis());
      assertThat(pause).isLessThan(DEATH_LIMIT);

      assertThat(third.terminate().exitCode()).isZero();
      awaitMembers(first, "one");
    }
  }

  @Test
  void shouldStartOneLineAndExitWhenTheIdentityIsInUse() throws Exception {
    Cli.here(serving("one", "--join", first.cluster()))
        .assertFailed(
            5,
            "cluster: identity server:one is in use by another process: control="
                + first.control());
  }

  @Test
  void shouldSayWhyWhenClusterOptionsMakeNoSense() throws Exception {
    Path identity = authority.issueServer("unused", List.of("127.0.0.1"));
    Object[] common = {"serve", root, "--identity", identity, "--control", "127.0.0.1:0"};
    assertThat(Cli.here(with(common, "--join", "127.0.0.1:1", "--cluster-name", "my cluster")))
        .satisfies(
            result ->
                result.assertFailed(
                    2, "cluster name must be 1..63 letters, digits and . _ -, not \"my cluster\""));
    Cli.here(with(common, "--join", "127.0.0.1:0"))
        .assertFailed(2, "port of a member to join must be 1..65535, not 0");
    Cli.here(with(common, "--cluster", "0.0.0.0:0"))
        .assertFailed(2, "a member of a cluster needs one address, not all of them: 0.0.0.0:0");
    Cli.here(with(common, "--join", "here")).assertFailedWith(2, "no port in here");
    Cli.here(with(common, "--cluster", first.cluster()))
        .assertFailedWith(5, "cluster: cannot listen on " + first.cluster() + ": ", "in use");
    Cli.here("members", first.url("hello.txt"), "--identity", client)
        .assertFailed(2, "a cluster has no path, write outband://" + first.control());
  }

  @Test
  void shouldGoOnAloneAndSaySoWhenNoMemberToJoinAnswers() throws Exception {
    ClusterConfig other = ClusterConfig.join("127.0.0.1:1", first.cluster()).named("other");
    try (OutbandServer lonely = server(authority, "lonely").cluster(local(other)).start()) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(members(lonely).out()).contains("server:lonely").hasLineCount(2));
    }
  }

  @Test
  void shouldListNoMembersWhenTheServerIsInNoCluster() throws Exception {
    try (OutbandServer lone = server(authority, "lone").start()) {
      assertThat(lone.clusterAddress()).isEmpty();
      assertThat(members(lone).out()).isEqualTo("no members: the server is in no cluster\n");
      assertThat(members(lone, "--json").out()).isEqualTo("[]\n");
    }
  }

  @Test
  void shouldIgnoreAndSaySoWhenAMemberIsOfAnotherTrustDomain() throws Exception {
    CertificateAuthority other = CertificateAuthority.create(temp.resolve("other"));
    try (OutbandServer stranger =
        server(other, "stranger").cluster(local(ClusterConfig.join(first.cluster()))).start()) {
      await().atMost(LIMIT).until(() -> first.log().contains("issued by another CA"));
      assertThat(members(first).out()).doesNotContain("stranger");
      assertThat(stranger.members().list())
          .extracting(Member::principal)
          .doesNotContain("server:one");
    }
  }

  private static void awaitMembers(ServeProcess server, String... names) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(
                        members(server)
                            .out()
                            .lines()
                            .skip(1)
                            .map(line -> line.split(" ")[0].replace("server:", "")))
                    .as("the server said: %s", server.log())
                    .containsExactly(names));
  }

  private static Cli.Result members(ServeProcess server, Object... options) {
    return members(server.control(), options);
  }

  private static Cli.Result members(OutbandServer server, Object... options) {
    return members("127.0.0.1:" + server.controlAddress().getPort(), options);
  }

  private static Cli.Result members(String control, Object... options) {
    String url = "outband://" + control;
    return Cli.here(with(new Object[] {"members", url, "--identity", client}, options))
        .assertDone();
  }

  private static ClusterConfig local(ClusterConfig config) {
    return config.bind("127.0.0.1", 0);
  }

  /** One in this JVM, where a process of its own would show no more. */
  private static OutbandServerBuilder server(CertificateAuthority of, String name)
      throws Exception {
    return OutbandServer.builder()
        .identity(Identity.load(of.issueServer(name, List.of("127.0.0.1"))))
        .policy(SecurityPolicy.anyoneInTheTrustDomain())
        .control("127.0.0.1", 0);
  }

  private static ServeProcess start(String name, Object... options) throws Exception {
    return ServeProcess.start(root, authority.issueServer(name, List.of("127.0.0.1")), options);
  }

  /** The same list for all servers is the usual one, so each finds itself there. */
  private static ServeProcess startInItsOwnList(String name, String... others) throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    String own = "127.0.0.1:" + free;
    return start(name, "--cluster", own, "--join", own + "," + String.join(",", others));
  }

  private static Object[] serving(String name, Object... options) {
    return with(
        new Object[] {
          "serve", root, "--identity", temp.resolve("pki/" + name), "--control", "127.0.0.1:0"
        },
        options);
  }

  private static Object[] with(Object[] first, Object... more) {
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
