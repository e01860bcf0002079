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
import org.junit.jupiter.api.AfterEach;
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

  @TempDir Path temp;
  private Path file;
  private Path folder;
  private Path target;
  private Path part;
  private Path client;
  private String sha256;
  private ServeProcess server;

  @BeforeEach
  void serve() throws IOException {
    Path root = Files.createDirectory(temp.resolve("root"));
    folder = Files.createDirectory(temp.resolve("target"));
    target = folder.resolve("got");
    part = folder.resolve(".got.outband-part");
    file = root.resolve("large");
    sha256 = DemoFiles.random(file, BYTES, done -> {});
    CertificateAuthority authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    server = ServeProcess.start(root, authority.issueServer("server-1", List.of("127.0.0.1")));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldGoOnWithThePartOfAKilledGet() throws Exception {
    awaitTag();
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
    awaitTag();
    killGet(0);
    Files.writeString(file, "another content");

    Cli.Result got = get("--resume");

    assertThat(got.exitCode()).isZero();
    assertThat(got.err()).startsWith("outband: starts over: the source ").hasLineCount(1);
    assertThat(target).hasContent("another content");
    assertThat(names()).containsExactly("got");
  }

  @Test
  void shouldStartAnewWhenTheRecordIsDamaged() throws Exception {
    awaitTag();
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
    awaitTag();
    server.close();
    CertificateAuthority authority = CertificateAuthority.open(temp.resolve("pki"));
    server =
        ServeProcess.start(
            file.getParent(), authority.issueServer("a", List.of("127.0.0.1")), DIGESTS);
    long held = killGet(0);
    server.close();
    Path copies = Files.createDirectory(temp.resolve("copies"));
    file = Files.copy(file, copies.resolve("large"));
    awaitTag();
    server = ServeProcess.start(copies, authority.issueServer("b", List.of("127.0.0.1")), DIGESTS);

    Cli.Result got = get("--resume", "--json").assertDone();

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

  /** A file that has just been written has no content tag yet. */
  private void awaitTag() {
    await().atMost(LIMIT).until(() -> !FileStamp.of(file).contentTag().isEmpty());
  }

  private Cli.Result get(Object... options) {
    return Cli.here(command(options));
  }

  private Object[] command(Object... options) {
    return Stream.concat(
            Stream.of("get", server.url("large"), "-o", target, "--identity", client),
            Stream.of(options))
        .toArray();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
