package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.cli.demo.DemoFiles;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files go to a server in its own JVM and come back the same. {@code -Doutband.sparseMiB=N} sets
 * the length of the sparse file, 128 by default; {@code -Doutband.gets=N} and {@code
 * -Doutband.getMiB=N} how many gets run at once and of how much, 16 of 8 by default.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class TransferAcceptanceTest {

  private static final int SEGMENT = 262_144;

  @TempDir static Path temp;
  private static Path root;
  private static Path client;
  private static ServeProcess server;

  @BeforeAll
  static void serve() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    CertificateAuthority authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    server =
        ServeProcess.start(
            root, authority.issueServer("server-1", List.of("127.0.0.1")), "--writable");
  }

  @AfterAll
  static void drain() throws IOException, InterruptedException {
    Cli.Result end = server.terminate();
    assertThat(end.exitCode()).isZero();
    assertThat(end.err()).contains("caller=client:alice").doesNotContain("\tat ");
    server.close();
  }

  @Test
  void shouldMoveFilesBothWaysWhateverTheirLength() throws IOException {
    for (int bytes :
        new int[] {0, 1, 8_192, 8_193, 65_536, SEGMENT + 1, 2 << 20, (2 << 20) + 1, 9 * SEGMENT}) {
      Path file = temp.resolve("file-" + bytes);
      Path back = temp.resolve("back-" + bytes);
      String sha256 = DemoFiles.random(file, bytes, done -> {});

      Cli.here("put", file, server.url("n" + bytes), "--identity", client, "--quiet").assertDone();
      Cli.here("get", server.url("n" + bytes), "-o", back, "--identity", client, "--quiet")
          .assertDone();

      assertThat(sha256(root.resolve("n" + bytes))).isEqualTo(sha256);
      assertThat(sha256(back)).isEqualTo(sha256);
    }
    assertNoTemporaries(root);
    assertNoTemporaries(temp);
  }

  @Test
  void shouldMoveAFileOverSeveralStreams() throws IOException {
    Path file = temp.resolve("striped");
    Path back = temp.resolve("striped-back");
    String sha256 = DemoFiles.random(file, 5 << 20, done -> {});

    Cli.here("put", file, server.url("striped"), "--identity", client, "--streams", "3")
        .assertDone();
    Cli.Result got =
        Cli.here("get", server.url("striped"), "-o", back, "--identity", client, "--streams", "4");

    assertThat(got.assertDone().out()).contains(back + ": 5242880 bytes in ");
    assertThat(sha256(root.resolve("striped"))).isEqualTo(sha256);
    assertThat(sha256(back)).isEqualTo(sha256);
    assertNoTemporaries(root);
    assertNoTemporaries(temp);
    for (String streams : new String[] {"0", "65", "-1"}) {
      Cli.here("put", file, server.url("x"), "--identity", client, "--streams", streams)
          .assertFailed(ExitCode.USAGE, "--streams must be 1..64, not " + streams);
    }
    Cli.here(
            "get",
            server.url("striped"),
            "-o",
            back,
            "--identity",
            client,
            "--streams",
            "2",
            "--resume")
        .assertFailed(
            ExitCode.USAGE, "--resume keeps the beginning of a file, so it takes --streams 1");
  }

  @Test
  void shouldGetSparseFileLargerThanTheHeap() throws Exception {
    long bytes = Long.getLong("outband.sparseMiB", 128) << 20;
    Path sparse = root.resolve("sparse");
    try (FileChannel file =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap("in the middle".getBytes(StandardCharsets.UTF_8)), bytes / 2);
      file.write(ByteBuffer.wrap(new byte[] {1}), bytes - 1);
    }
    Path back = temp.resolve("sparse-back");

    Cli.Result got =
        Cli.run("get", server.url("sparse"), "-o", back, "--identity", client, "--json");

    assertThat(got.assertDone().out())
        .contains("\"bytes\":" + bytes)
        .contains("\"protection\":\"PRIVACY\"");
    assertThat(sha256(back)).isEqualTo(sha256(sparse));
    Files.delete(sparse);
    Files.delete(back);
  }

  @Test
  void shouldServeManyGetsAtOnce() throws Exception {
    int gets = Integer.getInteger("outband.gets", 16);
    Path file = root.resolve("shared");
    String sha256 = DemoFiles.random(file, Long.getLong("outband.getMiB", 8) << 20, done -> {});
    ExecutorService clients =
        Executors.newFixedThreadPool(gets, task -> new Thread(task, "test-client"));
    try {
      List<Future<Cli.Result>> running = new ArrayList<>();
      for (int i = 0; i < gets; i++) {
        Path back = temp.resolve("shared-" + i);
        running.add(
            clients.submit(
                () ->
                    Cli.here(
                        "get", server.url("shared"), "-o", back, "--identity", client, "--quiet")));
      }
      for (int i = 0; i < gets; i++) {
        running.get(i).get(10, TimeUnit.MINUTES).assertDone();
        assertThat(sha256(temp.resolve("shared-" + i))).isEqualTo(sha256);
        Files.delete(temp.resolve("shared-" + i));
      }
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void shouldReplaceAnExistingFileAndFollowALinkToIt() throws IOException {
    Files.writeString(root.resolve("small"), "new content");
    Path target = Files.writeString(temp.resolve("replaced"), "old");
    Path link = Files.createSymbolicLink(temp.resolve("link-to-replaced"), target);

    Cli.here("get", server.url("small"), "-o", link, "--identity", client, "--quiet").assertDone();

    assertThat(target).hasContent("new content");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void shouldListAFolderForPeopleAndForPrograms() throws IOException {
    Path folder = Files.createDirectories(root.resolve("listed/sub \"folder\"")).getParent();
    Files.writeString(folder.resolve("b.txt"), "12345");

    Cli.Result text = Cli.here("ls", server.url("listed"), "--identity", client).assertDone();
    Cli.Result quiet =
        Cli.here("ls", server.url("listed/"), "--identity", client, "--quiet").assertDone();
    Cli.Result json =
        Cli.here("ls", server.url("listed"), "--identity", client, "--json").assertDone();
    Cli.Result none =
        Cli.here("ls", server.url("listed/sub%20%22folder%22"), "--identity", client, "--json")
            .assertDone();

    assertThat(text.out().lines().toList().get(0)).matches(" +5  \\d{4}-\\S+Z  b\\.txt");
    assertThat(text.out().lines().toList().get(1)).endsWith("  sub \"folder\"/");
    assertThat(quiet.out()).isEqualTo("b.txt\nsub \"folder\"/\n");
    assertThat(json.out())
        .startsWith("[{\"name\":\"b.txt\",\"kind\":\"file\",\"bytes\":5,\"modified\":\"")
        .contains("{\"name\":\"sub \\\"folder\\\"\",\"kind\":\"folder\"")
        .endsWith("]\n");
    assertThat(none.out()).isEqualTo("[]\n");
  }

  private static String sha256(Path file) throws IOException {
    return DemoFiles.sha256(file, done -> {});
  }

  private static void assertNoTemporaries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.contains(".outband-"));
    }
  }
}
