package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.TransferException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One ticket in many hands at once. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TicketRaceTest {
  private static final int USES = 10_000;
  private static final int THREADS = 32;

  private Planes planes;

  @BeforeEach
  void start() throws Exception {
    planes = Planes.start();
  }

  @AfterEach
  void stop() {
    planes.close();
  }

  @Test
  void shouldOpenExactlyOnceWhenATicketIsUsedTenThousandTimesInParallel() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    AtomicInteger opened = new AtomicInteger();
    Map<Code, Integer> refusals = new EnumMap<>(Code.class);
    try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
      List<Future<Confirmation>> uses = new ArrayList<>();
      for (int i = 0; i < USES; i++) {
        byte[] bytes = {(byte) i};
        uses.add(
            threads.submit(
                () -> {
                  try {
                    Confirmation confirmation =
                        planes.transmitter.transmit(Source.bytes(bytes), reception.stub());
                    opened.incrementAndGet();
                    return confirmation;
                  } catch (TransferException e) {
                    synchronized (refusals) {
                      refusals.merge(e.code(), 1, Integer::sum);
                    }
                    return null;
                  }
                }));
      }
      Confirmation one = null;
      for (Future<Confirmation> use : uses) {
        Confirmation confirmation = use.get();
        one = confirmation == null ? one : confirmation;
      }
      assertThat(opened).as("transfers that one ticket opened, refused: %s", refusals).hasValue(1);
      assertThat(reception.await(one).bytes()).isEqualTo(1);
      assertThat(refusals.keySet()).containsOnly(Code.UNKNOWN_TICKET);
    } finally {
      threads.shutdownNow();
    }
  }
}
