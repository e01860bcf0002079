package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Protection;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many at once: transfers, strangers, and those who open and fall silent. Threads stay a handful.
 */
@Timeout(120)
class ManyConnectionsTest extends MatrixTest {

  private static final int TRANSFERS = 100;
  private static final int STRANGERS = 1_000;

  /** Event loops, one a core and at most 8, and up to 4 threads for what blocks on the disk. */
  private static final int THREADS_A_PLANE =
      Math.min(Runtime.getRuntime().availableProcessors(), 8) + 4;

  ManyConnectionsTest() {
    super(Rig.MEDIUM);
  }

  @Test
  void shouldReceiveAHundredFilesAtOnce() throws Exception {
    Path source = file("source", 4 << 20);
    List<Reception> receptions = new ArrayList<>();
    List<Transmission> transmissions = new ArrayList<>();
    try (Rig patient = patient()) {
      for (int i = 0; i < TRANSFERS; i++) {
        receptions.add(
            patient.receiver.receptions().open(Sink.file(targets.resolve("target-" + i))));
      }
      for (Reception reception : receptions) {
        transmissions.add(
            patient.transmitter.start(Source.file(source, "source"), reception.stub()));
      }
      assertFewThreads();
      for (int i = 0; i < TRANSFERS; i++) {
        receptions.get(i).await(transmissions.get(i).confirmation());
        transmissions.get(i).await();
        assertThat(Files.mismatch(source, targets.resolve("target-" + i))).isEqualTo(-1);
        Files.delete(targets.resolve("target-" + i));
      }
    }
    assertThat(transmissions).hasSize(TRANSFERS);
  }

  @Test
  void shouldServeATransferBesideAThousandHalfOpenConnections() throws Exception {
    List<RawPeer> strangers = new ArrayList<>();
    byte[] hello = Peers.hello("OBND", 1, random);
    try (Rig patient = patient()) {
      for (int i = 0; i < STRANGERS; i++) {
        RawPeer stranger = RawPeer.dial(patient.receiver.address());
        stranger.send(hello, random.nextInt(hello.length));
        strangers.add(stranger);
      }
      transfer(patient);
      assertFewThreads();
      for (RawPeer stranger : strangers) {
        assertThat(stranger.rest()).as("ended when its time was up").isEmpty();
        stranger.close();
      }
      transfer(patient);
    }
    assertThat(strangers).hasSize(STRANGERS);
  }

  @Test
  void shouldServeATransferBesideAHundredDialersThatOpenedAndFellSilent() throws Exception {
    List<RawPeer> silent = new ArrayList<>();
    List<Reception> receptions = new ArrayList<>();
    try (Rig patient = patient()) {
      for (int i = 0; i < TRANSFERS; i++) {
        receptions.add(
            patient.receiver.receptions().open(Sink.file(targets.resolve("target-" + i))));
        silent.add(RawPeer.dial(patient.receiver.address()));
        Opened unused =
            silent
                .get(i)
                .open(
                    receptions.get(i).stub(),
                    OpenRequest.toListener(Protection.PRIVACY, 10, 0, UUID.randomUUID(), 4096, ""));
      }
      transfer(patient);
      assertFewThreads();
      for (int i = 0; i < TRANSFERS; i++) {
        assertThat(receptions.get(i).transfer().receipt().toCompletableFuture())
            .failsWithin(Rig.BOUND.toMillis(), TimeUnit.MILLISECONDS)
            .withThrowableOfType(ExecutionException.class)
            .withMessageContaining("within 3000 ms");
        silent.get(i).close();
      }
    }
  }

  private static Rig patient() throws Exception {
    return Rig.start(
        Rig.plane("busy-receiver", Rig.MEDIUM).ticketLifetime(Duration.ofMinutes(1)),
        Rig.plane("busy-sender", Rig.LONG));
  }

  private void transfer(Rig patient) throws Exception {
    Path source = folder.resolve("warm-up");
    Path target = targets.resolve("target");
    try (Reception reception = patient.receiver.receptions().open(Sink.file(target))) {
      reception.await(
          patient.transmitter.transmit(Source.file(source, "source"), reception.stub()));
    }
    assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    Files.delete(target);
  }

  private static void assertFewThreads() {
    for (String plane : List.of("busy-receiver-", "busy-sender-")) {
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().startsWith(plane))
          .hasSizeBetween(1, THREADS_A_PLANE);
    }
  }
}
