package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with the launcher's heap, and callers with more than that to say. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CallMemoryTest {
  private static final int CALLERS = 8;
  private static final int ROUNDS = 3;

  @TempDir Path folder;

  @Test
  void shouldServeOthersWhenOneCallerSaysMoreThanTheHeapHolds() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    Path server = authority.issueServer("one", List.of("127.0.0.1"));
    Identity greedy = Identity.load(authority.issueClient("greedy"));
    Identity honest = Identity.load(authority.issueClient("honest"));
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(root.resolve("a"), "a");
    List<String> command =
        new ArrayList<>(
            Cli.command(
                "serve",
                root,
                "--identity",
                server,
                "--control",
                "127.0.0.1:0",
                "--data",
                "127.0.0.1:0"));
    command.add(1, "-XX:+ExitOnOutOfMemoryError");
    ExecutorService threads =
        Executors.newFixedThreadPool(CALLERS, task -> new Thread(task, "call-memory-caller"));
    try (ServeProcess serve = ServeProcess.start(command);
        OutbandClient one =
            OutbandClient.builder().identity(greedy).servers(serve.control()).connect();
        OutbandClient other =
            OutbandClient.builder().identity(honest).servers(serve.control()).connect()) {
      FileService greedys = one.lookup(FileService.NAME, FileService.class);
      FileService honests = other.lookup(FileService.NAME, FileService.class);
      String long1 = "x".repeat(15 << 20);
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS * ROUNDS; i++) {
        calls.add(threads.submit(() -> assertRefused(() -> greedys.list(long1, ""))));
      }
      int served = 0;
      while (!calls.stream().allMatch(Future::isDone)) {
        assertThat(honests.list("", "")).hasSize(1);
        served++;
      }
      for (Future<?> call : calls) {
        call.get();
      }
      assertThat(served).isPositive();
      assertThat(honests.list("", "")).hasSize(1);
      assertThat(greedys.list("", "")).hasSize(1);
      assertThat(serve.process().isAlive()).isTrue();
      assertThat(serve.log())
          .doesNotContain("OutOfMemoryError")
          .contains("bytes of calls in memory");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
        .hasMessageContaining("files.list: bytes of calls in memory must be at most ");
  }
}
