package dev.outband.server.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ReplicatedMapConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TcpIpConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;

/**
 * Hazelcast with everything off that members do not need to know of each other: one member port on
 * one address, members joined by address alone, no client, REST or management protocol, no code,
 * and of Java serialization nothing but Hazelcast's own exceptions.
 *
 * <p>What cannot be had in the Community edition: encryption, and proof of who joins. So whoever
 * reaches the port may still join, disturb the membership and hide a record; see the threat model.
 */
final class HardenedConfig {

  /** The one map: a member's record by the member's id. */
  static final String RECORDS = "outband.members";

  /**
   * What members answer each other with when an operation fails: exceptions, and what is in them.
   * Without these, such an answer is never read and the operation waits for its deadline. An
   * allow-list that is empty would mean "everything" to Hazelcast.
   */
  private static final Set<String> ANSWERS =
      Set.of(
          "java.lang.Throwable",
          "java.lang.Exception",
          "java.lang.RuntimeException",
          "java.lang.IllegalStateException",
          "java.lang.IllegalArgumentException",
          "java.lang.NullPointerException",
          "java.lang.UnsupportedOperationException",
          "java.lang.SecurityException",
          "java.io.IOException",
          "java.util.concurrent.TimeoutException",
          "java.util.concurrent.CancellationException",
          "java.lang.StackTraceElement",
          "[Ljava.lang.StackTraceElement;",
          "java.util.ArrayList",
          "java.util.CollSer",
          "[Ljava.lang.Object;",
          "java.util.Collections$EmptyList",
          "java.util.Collections$UnmodifiableList",
          "java.util.Collections$UnmodifiableCollection",
          "com.hazelcast.core.HazelcastException",
          "com.hazelcast.core.HazelcastInstanceNotActiveException",
          "com.hazelcast.core.MemberLeftException",
          "com.hazelcast.core.OperationTimeoutException",
          "com.hazelcast.core.HazelcastOverloadException",
          "com.hazelcast.core.IndeterminateOperationStateException",
          "com.hazelcast.nio.serialization.HazelcastSerializationException");

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.socket.server.bind.any", "false"),
          Map.entry("hazelcast.socket.client.bind.any", "false"),
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.logging.emoji.enabled", "false"),
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          // Looked at every second, and a new master asks up to half a second later.
          Map.entry("hazelcast.max.no.heartbeat.seconds", "9"),
          Map.entry("hazelcast.member.list.publish.interval.seconds", "10"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.max.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.socket.connect.timeout.seconds", "3"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
          // Also how often the others are asked whether they accept a new master. They do once they
          // miss the old one themselves, up to 2 s after the first; 10 times are over in 0.1 s, 30
          // take 8 s, and whoever has not accepted by then is dropped.
          Map.entry("hazelcast.mastership.claim.timeout.seconds", "30"),
          Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
          Map.entry("hazelcast.graceful.shutdown.max.wait", "5"),
          Map.entry("hazelcast.partition.count", "31"),
          Map.entry("hazelcast.io.thread.count", "1"),
          // A thread that is interrupted while it writes would close the connection.
          Map.entry("hazelcast.io.write.through", "false"),
          Map.entry("hazelcast.event.thread.count", "1"),
          Map.entry("hazelcast.operation.thread.count", "2"),
          Map.entry("hazelcast.operation.generic.thread.count", "2"),
          Map.entry("hazelcast.operation.response.thread.count", "1"),
          Map.entry("hazelcast.clientengine.thread.count", "1"),
          Map.entry("hazelcast.clientengine.query.thread.count", "1"),
          Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"),
          Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
          Map.entry("hazelcast.jmx", "false"),
          Map.entry("hazelcast.discovery.enabled", "false"));

  private HardenedConfig() {}

  static Config of(ClusterConfig cluster, InetAddress host) {
    Config config = new Config();
    PROPERTIES.forEach(config::setProperty);
    config.setProperty("hazelcast.local.localAddress", host.getHostAddress());
    config.setProperty(
        "hazelcast.prefer.ipv4.stack", Boolean.toString(!(host instanceof Inet6Address)));
    config.setProperty(
        "hazelcast.max.join.seconds", Long.toString(cluster.joinDeadline().toSeconds()));
    config.setClusterName(cluster.name());
    config.setAdvancedNetworkConfig(network(cluster, host));
    config.getJetConfig().setEnabled(false).setResourceUploadEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getInstanceTrackingConfig().setEnabled(false);
    config.getDynamicConfigurationConfig().setPersistenceEnabled(false);
    config
        .getManagementCenterConfig()
        .setScriptingEnabled(false)
        .setConsoleEnabled(false)
        .setDataAccessEnabled(false);
    config.getSerializationConfig().setJavaSerializationFilterConfig(answersAlone());
    config.getSerializationConfig().setCheckClassDefErrors(true).setAllowUnsafe(false);
    config.addReplicatedMapConfig(
        new ReplicatedMapConfig(RECORDS)
            .setInMemoryFormat(InMemoryFormat.BINARY)
            .setAsyncFillup(true)
            .setStatisticsEnabled(false));
    return config;
  }

  private static AdvancedNetworkConfig network(ClusterConfig cluster, InetAddress host) {
    AdvancedNetworkConfig network = new AdvancedNetworkConfig().setEnabled(true);
    // Its map of endpoints has the member's and, unless it is taken out, the clients'.
    network.getEndpointConfigs().clear();
    network.setMemberEndpointConfig(
        new ServerSocketEndpointConfig()
            .setPort(cluster.port())
            .setPortAutoIncrement(false)
            .setReuseAddress(true)
            .setInterfaces(
                new InterfacesConfig().setEnabled(true).addInterface(host.getHostAddress())));
    TcpIpConfig addresses = new TcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(3);
    cluster.members().forEach(addresses::addMember);
    JoinConfig join = new JoinConfig().setTcpIpConfig(addresses);
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    network.setJoin(join);
    return network;
  }

  private static JavaSerializationFilterConfig answersAlone() {
    ClassFilter answers =
        new ClassFilter()
            .addClasses(ANSWERS.toArray(String[]::new))
            .addPrefixes("com.hazelcast.spi.exception.");
    return new JavaSerializationFilterConfig().setDefaultsDisabled(true).setWhitelist(answers);
  }
}
