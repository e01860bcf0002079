package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.ReplicatedMapConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.replicatedmap.ReplicatedMap;
import dev.outband.api.Member;
import dev.outband.security.Identity;
import dev.outband.security.SerialFilters;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds two running members, and a foreign one among them, to what they must not do. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HardenedMemberTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static Identity firstIdentity;
  private static Membership first;
  private static Membership second;
  private static HazelcastInstance stranger;
  private static ServerSocket mute;
  private static FutureTask<Membership> joiningMute;

  /** Notices when it is deserialized. */
  static final class Gadget implements Serializable {
    static final Set<String> READERS = ConcurrentHashMap.newKeySet();
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      READERS.add(Thread.currentThread().getName());
    }
  }

  /** Notices when it is run. */
  static final class GadgetTask implements Callable<String>, Serializable {
    static final Set<String> RUNNERS = ConcurrentHashMap.newKeySet();
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUNNERS.add(Thread.currentThread().getName());
    }

    @Override
    public String call() {
      RUNNERS.add(Thread.currentThread().getName());
      return "run";
    }
  }

  @BeforeAll
  static void start() throws Exception {
    // Other tests of this JVM start servers, which is too late once Hazelcast has read something.
    SerialFilters.installJvmWide();
    Domain domain = new Domain(folder.resolve("pki"));
    firstIdentity = domain.server("one");
    first = Membership.start(ClusterConfig.join().bind("127.0.0.1", 0), "127.0.0.1", firstIdentity);
    first.announce(() -> Domain.announcement(7001, "archive"));
    second =
        Membership.start(
            ClusterConfig.join(address(first)).bind("127.0.0.1", 0),
            "127.0.0.1",
            domain.server("two"));
    second.announce(() -> Domain.announcement(7002));
    stranger = Hazelcast.newHazelcastInstance(strange());
    mute = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
    joiningMute = new FutureTask<>(HardenedMemberTest::joinMute);
    new Thread(joiningMute, "joining-mute").start();
  }

  private static Membership joinMute() throws IOException {
    ClusterConfig config =
        ClusterConfig.join(muteAddress()).bind("127.0.0.1", 0).joinDeadline(Duration.ofSeconds(1));
    return Membership.start(config, "127.0.0.1", firstIdentity);
  }

  private static String muteAddress() {
    return "127.0.0.1:" + mute.getLocalPort();
  }

  @AfterAll
  static void stop() throws Exception {
    mute.close();
    stranger.getLifecycleService().terminate();
    second.close();
    first.close();
  }

  @Test
  void shouldListEachOtherAndNoStrangerWhenAStrangerJoined() {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(stranger.getCluster().getMembers()).hasSize(3));
    for (Membership member : List.of(first, second)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(member.members().list())
                      .extracting(Member::principal)
                      .containsExactly("server:one", "server:two"));
    }
  }

  @Test
  void shouldIgnoreAReplayWhenAStrangerShowsAnothersRecordAsItsOwn() {
    ReplicatedMap<String, byte[]> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    String victim = first.hazelcast().id().toString();
    await().atMost(SOON).until(() -> records.get(victim) != null);
    records.put(strangerId(), records.get(victim));
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
  }

  @Test
  void shouldPutItsRecordBackWhenAStrangerOverwritesIt() {
    ReplicatedMap<String, byte[]> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    records.put(first.hazelcast().id().toString(), new byte[] {1});
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
  }

  @Test
  void shouldDeserializeNothingWhenAStrangerSendsAGadget() {
    ReplicatedMap<Object, Object> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    records.put(strangerId(), new Gadget());
    records.put(first.hazelcast().id().toString(), new Gadget());
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
    for (Membership member : List.of(first, second)) {
      ReplicatedMap<Object, Object> seen =
          member.hazelcast().instance().getReplicatedMap(HardenedConfig.RECORDS);
      await().atMost(SOON).until(() -> seen.containsKey(strangerId()));
      assertThatThrownBy(() -> seen.get(strangerId()))
          .hasMessageContaining("Resolving class " + Gadget.class.getName() + " is not allowed");
    }
    // The stranger itself, who has no filter, does read it: so the test would notice.
    assertThat(records.get(strangerId())).isInstanceOf(Gadget.class);
    assertThat(Gadget.READERS)
        .isNotEmpty()
        .noneMatch(thread -> thread.contains(first.hazelcast().instance().getName()))
        .noneMatch(thread -> thread.contains(second.hazelcast().instance().getName()));
    records.remove(strangerId());
  }

  @Test
  void shouldDeserializeNothingWhenAStrangerSendsWhatGadgetChainsStartFrom() throws Exception {
    Map<String, Object> starts = ChainStarts.all();
    ReplicatedMap<Object, Object> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    for (Object start : starts.values()) {
      records.put(strangerId(), start); // What the members themselves read.
    }
    starts.put("a million references", ChainStarts.millionReferences());
    starts.forEach(records::put);
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
    ChainStarts.Bomb.READERS.remove(Thread.currentThread().getName());
    for (Membership member : List.of(first, second)) {
      ReplicatedMap<Object, Object> seen =
          member.hazelcast().instance().getReplicatedMap(HardenedConfig.RECORDS);
      for (String name : starts.keySet()) {
        await().atMost(SOON).until(() -> seen.containsKey(name));
        assertThatThrownBy(() -> seen.get(name)).as(name).hasStackTraceContaining("not allowed");
      }
      assertThat(member.hazelcast().shown()).doesNotContainKey(UUID.fromString(strangerId()));
    }
    assertThat(ChainStarts.Bomb.READERS)
        .doesNotContain(Thread.currentThread().getName())
        .noneMatch(thread -> thread.startsWith("outband-"))
        .noneMatch(thread -> thread.contains(first.hazelcast().instance().getName()))
        .noneMatch(thread -> thread.contains(second.hazelcast().instance().getName()));
    // The stranger itself, who has no filter, does read them.
    starts.keySet().forEach(records::remove);
    records.remove(strangerId());
    assertThat(ChainStarts.Bomb.READERS).contains(Thread.currentThread().getName());
  }

  /** Lists in lists are read by Hazelcast itself, and use up the stack of whoever reads them. */
  @Test
  void shouldGoOnLookingWhenAStrangerShowsWhatIsTooDeepToRead() throws Exception {
    Object deep = "bottom";
    for (int i = 0; i < 50_000; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    ReplicatedMap<Object, Object> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    Object shown = deep;
    withALargeStack(() -> records.put(strangerId(), shown));
    for (Membership member : List.of(first, second)) {
      ReplicatedMap<Object, Object> seen =
          member.hazelcast().instance().getReplicatedMap(HardenedConfig.RECORDS);
      await().atMost(SOON).until(() -> seen.containsKey(strangerId()));
      assertThat(member.hazelcast().shown()).doesNotContainKey(UUID.fromString(strangerId()));
    }
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
    withALargeStack(() -> records.remove(strangerId()));
    shouldPutItsRecordBackWhenAStrangerOverwritesIt();
  }

  private static void withALargeStack(Callable<Object> work) throws Exception {
    FutureTask<Object> task = new FutureTask<>(work);
    new Thread(null, task, "with-a-large-stack", 1L << 30).start();
    task.get();
  }

  @Test
  void shouldDeserializeNothingWhenAStrangerSendsATask() {
    for (Membership member : List.of(first, second)) {
      Future<String> answer =
          stranger
              .getExecutorService("tasks")
              .submitToMember(
                  new GadgetTask(), member.hazelcast().instance().getCluster().getLocalMember());
      assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
          .hasStackTraceContaining("class " + GadgetTask.class.getName() + " is not allowed");
    }
    assertThat(GadgetTask.RUNNERS).isEmpty();
  }

  @Test
  void shouldListNoStrangerWhenItSignsItsRecordItself() throws Exception {
    ReplicatedMap<String, byte[]> records = stranger.getReplicatedMap(HardenedConfig.RECORDS);
    UUID id = stranger.getCluster().getLocalMember().getUuid();
    MemberRecord record = Domain.record(id, 1, Instant.now());
    Identity foreign = new Domain(folder.resolve("foreign")).server("one");
    records.put(id.toString(), Domain.signed(foreign, record));
    for (Membership member : List.of(first, second)) {
      await().atMost(SOON).until(() -> member.hazelcast().shown().containsKey(id));
    }
    shouldListEachOtherAndNoStrangerWhenAStrangerJoined();
    records.remove(id.toString());
  }

  @Test
  void shouldListenOnTheOneAddressAloneWhenBoundToIt() {
    InetSocketAddress member = first.address();
    assertThat(member.getAddress().getHostAddress()).isEqualTo("127.0.0.1");
    assertThatThrownBy(
            () -> new Socket().connect(new InetSocketAddress("127.0.0.2", member.getPort()), 2_000))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void shouldAnswerNothingWhenSomethingElseThanAMemberAsks() throws Exception {
    for (String greeting :
        List.of(
            "GET /hazelcast/health HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /hazelcast/rest/cluster HTTP/1.1\r\n\r\n",
            "CP2",
            "stats\r\n",
            "\u00ac\u00ed\u0000\u0005")) {
      assertThat(answerTo(greeting)).as(greeting).isEmpty();
    }
  }

  @Test
  void shouldHaveEverythingElseOffWhenItRuns() {
    Config config = first.hazelcast().instance().getConfig();
    assertThat(config.getAdvancedNetworkConfig().isEnabled()).isTrue();
    assertThat(config.getAdvancedNetworkConfig().getEndpointConfigs())
        .containsOnlyKeys(EndpointQualifier.MEMBER);
    EndpointConfig endpoint =
        config.getAdvancedNetworkConfig().getEndpointConfigs().get(EndpointQualifier.MEMBER);
    assertThat(endpoint.getInterfaces().getInterfaces()).containsExactly("127.0.0.1");
    assertThat(config.getAdvancedNetworkConfig().getJoin().getMulticastConfig().isEnabled())
        .isFalse();
    assertThat(config.getAdvancedNetworkConfig().getJoin().isAutoDetectionEnabled()).isFalse();
    assertThat(config.getJetConfig().isEnabled()).isFalse();
    assertThat(config.getJetConfig().isResourceUploadEnabled()).isFalse();
    assertThat(config.getUserCodeDeploymentConfig().isEnabled()).isFalse();
    assertThat(config.getNamespacesConfig().isEnabled()).isFalse();
    assertThat(config.getManagementCenterConfig().isScriptingEnabled()).isFalse();
    assertThat(config.getManagementCenterConfig().isConsoleEnabled()).isFalse();
    assertThat(config.getManagementCenterConfig().isDataAccessEnabled()).isFalse();
    assertThat(
            config.getSerializationConfig().getJavaSerializationFilterConfig().isDefaultsDisabled())
        .isTrue();
    assertThat(
            config
                .getSerializationConfig()
                .getJavaSerializationFilterConfig()
                .getWhitelist()
                .isEmpty())
        .as("an empty list would admit everything")
        .isFalse();
    for (String off :
        List.of(
            "hazelcast.socket.bind.any",
            "hazelcast.socket.server.bind.any",
            "hazelcast.phone.home.enabled",
            "hazelcast.shutdownhook.enabled",
            "hazelcast.jmx")) {
      assertThat(config.getProperty(off)).as(off).isEqualTo("false");
    }
  }

  @Test
  void shouldRefuseToStartWhenAnotherProcessUsesTheIdentity() {
    await().atMost(SOON).until(() -> second.members().list().size() == 2);
    assertThatThrownBy(
            () ->
                Membership.start(
                    ClusterConfig.join(address(second)).bind("127.0.0.1", 0),
                    "127.0.0.1",
                    firstIdentity))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cluster: identity server:one is in use by another process: control=127.0.0.1:7001");
  }

  @Test
  void shouldNameTheAddressWhenThePortIsInUseOrTheHostIsWrong() {
    int port = first.address().getPort();
    assertThatThrownBy(
            () ->
                Membership.start(
                    ClusterConfig.join().bind("127.0.0.1", port), "127.0.0.1", firstIdentity))
        .isInstanceOf(BindException.class)
        .hasMessageStartingWith("cluster: cannot listen on 127.0.0.1:" + port + ": ")
        .hasMessageContaining("in use");
    assertThatThrownBy(
            () ->
                Membership.start(
                    ClusterConfig.join().bind("nowhere.invalid", 0), "127.0.0.1", firstIdentity))
        .hasMessage("cluster: unknown host nowhere.invalid");
    assertThatThrownBy(() -> Membership.start(ClusterConfig.join(), "0.0.0.0", firstIdentity))
        .hasMessage("cluster host must be one address of this host, not 0.0.0.0, all of them");
  }

  @Test
  @Order(Integer.MAX_VALUE) // what it waits for goes on during the other tests
  void shouldSayWhomItCouldNotJoinWhenAnAddressIsNoMembers() throws Exception {
    assertThatThrownBy(() -> joiningMute.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .cause()
        .hasMessage(
            "cluster: not joined within 1 s, an address answers but lets nobody join:"
                + " name=outband, join=["
                + muteAddress()
                + "]");
    assertThatThrownBy(() -> ClusterConfig.join().joinDeadline(Duration.ZERO))
        .hasMessage("joinDeadline must be 1 s..300 s, not PT0S");
  }

  /** Reads what comes back until the connection is closed, or nothing has come for a while. */
  private static String answerTo(String greeting) throws IOException {
    InetSocketAddress member = first.address();
    try (Socket socket = new Socket(member.getAddress(), member.getPort())) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException | SocketException e) {
      return "";
    }
  }

  /** A member as Hazelcast comes, with the cluster's name; what it shows it need not read. */
  private static Config strange() {
    Config config = new Config();
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.partition.count", "31");
    config.setClusterName(ClusterConfig.DEFAULT_NAME);
    config.addReplicatedMapConfig(
        new ReplicatedMapConfig(HardenedConfig.RECORDS).setInMemoryFormat(InMemoryFormat.BINARY));
    config.getNetworkConfig().setPort(0).setPortAutoIncrement(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).addMember(address(first));
    return config;
  }

  private static String strangerId() {
    UUID id = stranger.getCluster().getLocalMember().getUuid();
    return id.toString();
  }

  private static String address(Membership member) {
    return "127.0.0.1:" + member.address().getPort();
  }
}
