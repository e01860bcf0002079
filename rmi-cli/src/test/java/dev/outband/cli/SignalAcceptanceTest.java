package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What signals do to running transfers. */
@Timeout(180)
class SignalAcceptanceTest {

  private static final long FOR_SECONDS = 4L << 30;
  private static final long FOR_A_MOMENT = 96L << 20;
  private static final int SIGTERM_EXIT = 143;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path temp;
  private Path root;
  private Path target;
  private Path client;
  private ServeProcess server;

  @BeforeEach
  void serve() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    target = Files.createDirectory(temp.resolve("target"));
    CertificateAuthority authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    server =
        ServeProcess.start(
            root, authority.issueServer("server-1", List.of("127.0.0.1")), "--writable");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldLeaveNothingWhenGetIsTerminated() throws Exception {
    Cli.Running get = startGet(FOR_SECONDS);
    awaitFirstBytes(target);
    get.process().destroy();

    assertThat(Cli.end(get).exitCode()).isEqualTo(SIGTERM_EXIT);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void shouldLeaveNothingAtTheServerWhenPutIsTerminated() throws Exception {
    Path file = sparse(temp.resolve("large"), FOR_SECONDS);
    Cli.Running put =
        Cli.start(Cli.command("put", file, server.url("large"), "--identity", client));
    awaitFirstBytes(root);
    put.process().destroyForcibly();

    Cli.end(put);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(root).isEmptyDirectory());
  }

  @Test
  void shouldFinishRunningTransferWhenServerIsTerminated() throws Exception {
    Cli.Running get = startGet(FOR_A_MOMENT);
    awaitFirstBytes(target);
    Cli.Result served = server.terminate();

    assertThat(served.exitCode()).isZero();
    assertThat(served.err()).contains("draining").contains("drained");
    Cli.end(get).assertDone();
    assertThat(Files.size(target.resolve("got"))).isEqualTo(FOR_A_MOMENT);
  }

  @Test
  void shouldExit5WhenTheServerDies() throws Exception {
    Cli.Running get = startGet(FOR_SECONDS);
    awaitFirstBytes(target);
    server.process().destroyForcibly();

    Cli.end(get).assertFailedWith(5, "connection");
    assertThat(target).isEmptyDirectory();
  }

  private Cli.Running startGet(long bytes) throws IOException {
    sparse(root.resolve("large"), bytes);
    return Cli.start(
        Cli.command(
            "get",
            server.url("large"),
            "-o",
            target.resolve("got"),
            "--identity",
            client,
            "--quiet"));
  }

  private static Path sparse(Path file, long bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), bytes - 1);
    }
    return file;
  }

  private static void awaitFirstBytes(Path folder) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              try (Stream<Path> files = Files.list(folder)) {
                return files.anyMatch(
                    f -> f.getFileName().toString().startsWith(".") && f.toFile().length() > 0);
              }
            });
  }
}
