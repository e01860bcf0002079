package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.security.Caller;
import dev.outband.security.Principal;
import dev.outband.security.Role;
import dev.outband.transport.Transfer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many transfers a server has at once. */
class RunningTransfersTest {
  private final RunningTransfers running = new RunningTransfers(null, 4, 3);

  @Test
  void shouldKeepPlacesForOthersAndTakeNoMoreThanAll() throws Exception {
    RunningCall greedy = call("greedy");
    RunningCall other = call("other");
    for (int i = 0; i < 3; i++) {
      running.enter(greedy);
    }
    assertRefused(greedy, "transfers of a principal at once must be at most 3");
    running.enter(other);
    assertRefused(other, "transfers of a server at once must be at most 4");
    running.leave(greedy);
    running.enter(other);
    assertRefused(greedy, "transfers of a server at once must be at most 4");
  }

  @Test
  void shouldGiveAPlaceBackWhenTheTransferEnds() throws Exception {
    RunningCall call = call("greedy");
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    for (int i = 0; i < 3; i++) {
      running.enter(call);
    }
    running.add(new Ending(UUID.randomUUID(), receipt), call);
    assertRefused(call, "transfers of a principal at once must be at most 3");
    receipt.completeExceptionally(new TransferException(Code.CANCELLED, "x"));
    running.enter(call);
    assertRefused(call, "transfers of a principal at once must be at most 3");
  }

  private void assertRefused(RunningCall call, String message) {
    assertThatThrownBy(() -> running.enter(call))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
        .hasMessage(message);
  }

  /** A transfer that ends with its receipt, and does nothing else. */
  private record Ending(UUID id, CompletableFuture<Receipt> receipt) implements Transfer {
    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public long totalBytes() {
      return 0;
    }

    @Override
    public void limitRate(long bytesPerSecond) {}

    @Override
    public void cancel(String reason) {}
  }

  private static RunningCall call(String name) {
    Caller caller =
        new Caller(
            new Principal(name, Role.CLIENT),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    return new RunningCall(caller, "archive", "fetch", null, null);
  }
}
