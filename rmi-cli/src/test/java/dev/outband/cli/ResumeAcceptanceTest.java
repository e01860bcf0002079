package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.cli.demo.DemoFiles;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gets that are killed with SIGKILL, and what becomes of what they had. */
@Timeout(180)
class ResumeAcceptanceTest {

  private static final long BYTES = 160L << 20;
  private static final int KILLS = 2;
  private static final String DIGESTS = "--content-digests";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A name under which the file is there once more, for a test that changes it. */
  private static final String CHANGED = "changed";

  @TempDir static Path temp;
  private static CertificateAuthority authority;
  private static Path root;
  private static Path client;
  private static String sha256;
  private static ServeProcess shared;

  @TempDir Path folder;
  private ServeProcess server = shared;
  private String name = "large";
  private Path target;
  private Path part;

  @BeforeAll
  static void serve() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    sha256 = DemoFiles.random(root.resolve("large"), BYTES, done -> {});
    Files.copy(root.resolve("large"), root.resolve(CHANGED));
    authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    shared = start(root, "server-1");
    awaitTag(root.resolve(CHANGED));
  }

  @AfterAll
  static void stop() throws Exception {
    shared.close();
  }

  @BeforeEach
  void nameFiles() {
    target = folder.resolve("got");
    part = folder.resolve(".got.outband-part");
  }

  @Test
  void shouldGoOnWithThePartOfAKilledGet() throws Exception {
    long held = 0;
    for (int i = 0; i < KILLS; i++) {
      held = killGet(held);
    }
    assertThat(target).doesNotExist();

    Cli.Result got = get("--resume", "--json").assertDone();

    assertThat(got.out()).contains("\"bytes\":" + BYTES + ",\"offset\":" + held + ",");
    assertThat(DemoFiles.sha256(target, done -> {})).isEqualTo(sha256);
    assertThat(names()).containsExactly("got");
  }

  @Test
  void shouldStartOverWhenTheServerHasAnotherContent() throws Exception {
    name = CHANGED;
    killGet(0);
    Files.writeString(root.resolve(CHANGED), "another content");

    Cli.Result got = get("--resume");

    assertThat(got.exitCode()).isZero();
    assertThat(got.err()).startsWith("outband: starts over: the source ").hasLineCount(1);
    assertThat(target).hasContent("another content");
    assertThat(names()).containsExactly("got");
  }

  @Test
  void shouldStartAnewWhenTheRecordIsDamaged() throws Exception {
    killGet(0);
    Files.writeString(folder.resolve(".got.outband-part-record"), "of something else\n");

    Cli.Result got = get("--resume");

    assertThat(got.err()).isEqualTo("outband: starts anew: the record of the part is damaged\n");
    assertThat(DemoFiles.sha256(target, done -> {})).isEqualTo(sha256);
    assertThat(names()).containsExactly("got");
  }

  @Test
  void shouldSweepWhatAKilledGetLeft() throws Exception {
    Cli.Running killed = Cli.start(Cli.command(command("--quiet")));
    Path leftover = awaitGrowing(".got.outband-", 0);
    killed.process().destroyForcibly();
    Cli.end(killed);
    assertThat(leftover).exists();
    Files.setLastModifiedTime(leftover, FileTime.from(Instant.now().minusSeconds(60)));

    get("--quiet").assertDone();

    assertThat(names()).containsExactly("got");
  }

  @Test
  void shouldGoOnFromAnotherServerThatHasAnEqualFile() throws Exception {
    long held;
    try (ServeProcess one = start(root, "a", DIGESTS)) {
      server = one;
      held = killGet(0);
    }
    Path copies = Files.createDirectory(temp.resolve("copies"));
    awaitTag(Files.copy(root.resolve("large"), copies.resolve("large")));
    Cli.Result got;
    try (ServeProcess other = start(copies, "b", DIGESTS)) {
      server = other;
      got = get("--resume", "--json").assertDone();
    }

    assertThat(got.out()).contains("\"offset\":" + held + ",");
    assertThat(DemoFiles.sha256(target, done -> {})).isEqualTo(sha256);
  }

  /** Kills a get in the middle and says how much of the file is there then. */
  private long killGet(long held) throws Exception {
    Cli.Running get = Cli.start(Cli.command(command("--resume", "--quiet")));
    awaitGrowing(part.getFileName().toString(), held);
    get.process().destroyForcibly();
    assertThat(Cli.end(get).exitCode()).isEqualTo(128 + 9);
    long now = Files.size(part);
    assertThat(now).isGreaterThan(held).isLessThan(BYTES);
    return now;
  }

  private Path awaitGrowing(String name, long beyond) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              try (Stream<Path> files = Files.list(folder)) {
                return files
                    .filter(f -> f.getFileName().toString().startsWith(name))
                    .filter(f -> !f.getFileName().toString().contains("-record"))
                    .filter(f -> f.toFile().length() > beyond)
                    .findAny()
                    .orElse(null);
              }
            },
            found -> found != null);
  }

  private static ServeProcess start(Path root, String identity, Object... options)
      throws IOException {
    return ServeProcess.start(root, authority.issueServer(identity, List.of("127.0.0.1")), options);
  }

  /** A file that has just been written has no content tag yet. */
  private static void awaitTag(Path file) {
    await().atMost(LIMIT).until(() -> !FileStamp.of(file).contentTag().isEmpty());
  }

  private Cli.Result get(Object... options) {
    return Cli.here(command(options));
  }

  private Object[] command(Object... options) {
    return Stream.concat(
            Stream.of("get", server.url(name), "-o", target, "--identity", client),
            Stream.of(options))
        .toArray();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
