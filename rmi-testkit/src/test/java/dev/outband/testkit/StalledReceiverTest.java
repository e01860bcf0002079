package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Protection;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transmitter gives up while its receiver takes nothing. */
@Timeout(60)
class StalledReceiverTest extends MatrixTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** More than the sockets in between can hold. */
  private static final int SIZE = 32 << 20;

  StalledReceiverTest() {
    super(Rig.LONG);
  }

  @ParameterizedTest
  @CsvSource({"PRIVACY, false, 0", "PRIVACY, true, 3", "AUTHENTICATION, false, 3"})
  void shouldTellTheReceiverWithinASecond(Protection level, boolean stream, int reopenSeconds)
      throws Exception {
    Duration reopen = Duration.ofSeconds(reopenSeconds);
    byte[] content = new byte[SIZE];
    Source source =
        stream ? Source.stream(new ByteArrayInputStream(content)) : Source.bytes(content);
    try (Rig stalled =
            Rig.start(
                Rig.plane("receiver", Rig.LONG).floor(level).reopenDeadline(reopen),
                Rig.plane("sender", Rig.LONG).floor(level).reopenDeadline(reopen));
        Reception reception =
            stalled.receiver.receptions().open(Sink.file(targets.resolve("target")))) {
      reception.transfer().limitRate(1);
      Transmission transmission = stalled.transmitter.start(source, reception.stub());
      awaitStall(transmission);
      transmission.cancel("enough");
      assertThat(reception.transfer().receipt().toCompletableFuture())
          .failsWithin(SECOND)
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("enough");
      assertThat(transmission.receipt().toCompletableFuture())
          .failsWithin(SECOND)
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("enough");
    }
    assertThat(targets).isEmptyDirectory();
  }

  /** Until the sockets are full. */
  private static void awaitStall(Transmission transmission) {
    AtomicLong before = new AtomicLong();
    await()
        .atMost(Rig.BOUND)
        .until(
            () -> {
              long now = transmission.bytes();
              return before.getAndSet(now) == now && now > 0;
            });
  }
}
