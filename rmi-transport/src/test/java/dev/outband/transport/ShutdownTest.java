package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ShutdownTest {

  @Test
  void shouldEndATransmissionThatIsAskedForWhenTheLoopsHaveJustEnded() throws Exception {
    try (Planes planes = Planes.start()) {
      Reception reception = planes.receiver.receptions().open(Sink.discard());
      for (int i = 0; i < DataPlaneBuilder.MAX_LOOPS; i++) {
        planes.sender.nextLoop().close();
      }
      ActiveTransmission transmission =
          planes.sender.launch(
              reception.stub().ticket(),
              Source.bytes(new byte[1]),
              List.of(
                  new ActiveTransmission.Candidate(
                      reception.stub().endpoints().get(0), planes.receiver.address())),
              Long.MAX_VALUE,
              false);
      assertThat(transmission.receipt().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .satisfies(
              e ->
                  assertThat(((TransferException) e.getCause()).code())
                      .isEqualTo(Code.SHUTTING_DOWN));
    }
  }
}
