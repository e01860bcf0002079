package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three servers and two clients, each on a host of its own, and a network between them that loses
 * packets without a word. It is the server that started first that the others lose: Hazelcast has
 * it keep the list of all, so another one has to take that over.
 */
@Tag("namespaces")
@Timeout(240)
class PartitionAcceptanceTest {

  /** In which a host that went silent must be known to be gone. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(12);

  /** In which the sides of a split must be one cluster again. */
  private static final Duration HEALING_LIMIT = Duration.ofSeconds(60);

  /** The deadlines of a transfer whose sender is silent, 33 s, and once more on a busy machine. */
  private static final int REST_LIMIT_S = 100;

  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final List<String> ALL = List.of("one", "three", "two");
  private static final int BYTES_PER_SECOND = 1_000_000;

  /** So slow that a transfer runs when the network fails, and when that is known. */
  private static final String POLICY =
      """
      version = 1

      [[rule]]
      name = "slowly"
      who = ["*"]
      service = "files"
      methods = ["get"]
      bytes-per-second = "1MB"
      """;

  @TempDir private Path temp;
  private final Hosts hosts = new Hosts("one", "two", "three", "here", "there");
  private final Map<String, ServeProcess> servers = new HashMap<>();
  private Path root;
  private Path client;

  @BeforeAll
  static void checkMachine() throws Exception {
    Hosts.assumePermitted();
  }

  @BeforeEach
  void start() throws Exception {
    hosts.create();
    CertificateAuthority authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    root = Files.createDirectory(temp.resolve("root"));
    Path policy = Files.writeString(temp.resolve("policy.toml"), POLICY);
    String join =
        ALL.stream().map(name -> hosts.address(name) + ":5701").collect(Collectors.joining(","));
    for (String name : List.of("one", "two", "three")) {
      String control = hosts.address(name) + ":7099";
      Path identity = authority.issueServer(name, List.of(hosts.address(name)));
      Object[] serve = {
        "serve",
        root,
        "--identity",
        identity,
        "--policy",
        policy,
        "--control",
        control,
        "--join",
        join,
        "--content-digests"
      };
      servers.put(name, ServeProcess.start(hosts.on(name, Cli.command(serve))));
    }
  }

  @AfterEach
  void stop() throws Exception {
    try (hosts) {
      for (ServeProcess server : servers.values()) {
        server.close();
      }
    }
  }

  @Test
  void shouldDropAHostThatGoesSilentAndReceiveTheRestFromAnother() throws Exception {
    Path target = place("file", 5, "here");
    try (MembersWatch ofOne = watch("here", "one");
        MembersWatch ofTwo = watch("here", "two");
        MembersWatch ofThree = watch("here", "three")) {
      List<MembersWatch> views = List.of(ofOne, ofTwo, ofThree);
      awaitLists("start", START_LIMIT, System.nanoTime(), all(views, ALL));
      Object[] receive = {client, control("one"), "file", target};
      Cli.Running receiving =
          Cli.start(hosts.on("here", Cli.command(ReceivingMain.class, receive)));
      awaitFirstBytes(target);

      long cutNs = System.nanoTime();
      hosts.cut(List.of("one"), List.of("two", "three", "here"));
      awaitLists("silence", SILENCE_LIMIT, cutNs, all(views, List.of("three", "two")));

      String attempts = Cli.end(receiving, REST_LIMIT_S).assertDone().out();
      System.out.println("silence: the rest received after ms " + msSince(cutNs) + ", " + attempts);
      assertThat(attempts).containsPattern("received from=[1-9]\\d* to=" + 5 * BYTES_PER_SECOND);
      assertThat(target).hasSameBinaryContentAs(root.resolve("file"));
    }
  }

  @Test
  void shouldServeOnBothSidesOfASplitAndBeOneClusterAfterIt() throws Exception {
    Path here = place("here", 25, "here");
    Path there = place("there", 25, "there");
    try (MembersWatch ofOne = watch("there", "one");
        MembersWatch ofTwo = watch("here", "two");
        MembersWatch ofThree = watch("here", "three")) {
      Map<MembersWatch, List<String>> whole = all(List.of(ofOne, ofTwo, ofThree), ALL);
      awaitLists("start", START_LIMIT, System.nanoTime(), whole);
      Cli.Running gettingHere = get("here", "two", here);
      Cli.Running gettingThere = get("there", "one", there);
      awaitFirstBytes(here);
      awaitFirstBytes(there);

      long cutNs = System.nanoTime();
      hosts.cut(List.of("one", "there"), List.of("two", "three", "here"));
      Map<MembersWatch, List<String>> sides = all(List.of(ofTwo, ofThree), List.of("three", "two"));
      sides.put(ofOne, List.of("one"));
      awaitLists("split", SILENCE_LIMIT, cutNs, sides);
      assertThat(gettingHere.process().isAlive()).isTrue();
      assertThat(gettingThere.process().isAlive()).isTrue();

      long healedNs = System.nanoTime();
      hosts.heal();
      awaitLists("healing", HEALING_LIMIT, healedNs, whole);
      assertUnbroken(gettingHere, here);
      assertUnbroken(gettingThere, there);
    }
  }

  /** Makes a file that takes so long to get; answers where to put it. */
  private Path place(String name, int seconds, String folder) throws IOException {
    byte[] content = new byte[seconds * BYTES_PER_SECOND];
    new Random(seconds).nextBytes(content);
    Files.write(root.resolve(name), content);
    return Files.createDirectory(temp.resolve(folder)).resolve(name);
  }

  private String control(String server) {
    return servers.get(server).control();
  }

  private MembersWatch watch(String host, String server) throws IOException {
    String url = "outband://" + control(server);
    Object[] members = {"members", url, "--identity", client, "--watch", "--json"};
    return MembersWatch.start(server + " seen from " + host, hosts.on(host, Cli.command(members)));
  }

  private Cli.Running get(String host, String server, Path target) throws IOException {
    String url = servers.get(server).url(target.getFileName().toString());
    Object[] get = {"get", url, "-o", target, "--identity", client, "--json", "--quiet"};
    return Cli.start(hosts.on(host, Cli.command(get)));
  }

  private static void awaitFirstBytes(Path target) {
    await()
        .atMost(START_LIMIT)
        .until(
            () -> {
              try (Stream<Path> parts = Files.list(target.getParent())) {
                return parts.anyMatch(part -> part.toFile().length() > 0);
              }
            });
  }

  /** One attempt took all of it. */
  private void assertUnbroken(Cli.Running getting, Path target) throws Exception {
    assertThat(Cli.end(getting).assertDone().out()).contains("\"offset\":0,");
    assertThat(target).hasSameBinaryContentAs(root.resolve(target.getFileName()));
  }

  private static Map<MembersWatch, List<String>> all(List<MembersWatch> views, List<String> names) {
    Map<MembersWatch, List<String>> lists = new HashMap<>();
    views.forEach(view -> lists.put(view, names));
    return lists;
  }

  /** Waits until all lists are as expected, and prints when each one first was. */
  private void awaitLists(
      String what, Duration limit, long sinceNs, Map<MembersWatch, List<String>> expected) {
    Map<String, Long> firstMs = new TreeMap<>();
    await()
        .atMost(limit.minusMillis(msSince(sinceNs)))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              Map<MembersWatch, List<String>> shown = new HashMap<>();
              for (MembersWatch view : expected.keySet()) {
                shown.put(view, view.names());
                if (shown.get(view).equals(expected.get(view))) {
                  firstMs.putIfAbsent(view.toString(), msSince(sinceNs));
                }
              }
              assertThat(shown).as("%s, the servers said: %s", what, logs()).isEqualTo(expected);
            });
    System.out.println(what + ": members of each as expected after ms " + firstMs);
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (Map.Entry<String, ServeProcess> server : servers.entrySet()) {
      logs.append('\n').append(server.getKey()).append(":\n").append(server.getValue().log());
    }
    return logs.toString();
  }

  private static long msSince(long startNs) {
    return Duration.ofNanos(System.nanoTime() - startNs).toMillis();
  }
}
