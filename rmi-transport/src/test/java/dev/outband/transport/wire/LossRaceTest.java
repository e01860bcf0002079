package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reception that is ended while its event loop is about to find that the connection is lost. */
@Timeout(60)
class LossRaceTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int LENGTH = 10;

  @TempDir Path folder;
  private HeldFile file;
  private DataPlane plane;
  private Reception reception;

  @BeforeEach
  void loseTheConnectionWhileTheLoopIsHeld() throws Exception {
    file = new HeldFile(folder.resolve("object"));
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("race")
            .streams(1)
            .reopenDeadline(Duration.ofHours(1))
            .start();
    reception = plane.receptions().open(Sink.file(file));
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(reception.stub().ticket().secret(), Exchange.request(LENGTH));
      peer.send(RawPeer.segment(opened.keys().sealer(AesGcm.JDK), LENGTH / 2, false));
      assertThat(file.held.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @AfterEach
  void stop() {
    file.goOn.countDown();
    plane.close();
  }

  @Test
  void shouldEndAtOnceWhenItIsCancelledWhileItsConnectionIsLost() {
    reception.transfer().cancel("no longer wanted");
    file.goOn.countDown();

    endsWith(Code.CANCELLED);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldLeaveNothingWhenTheDataPlaneIsClosedWhileItsConnectionIsLost() throws Exception {
    Thread closing = new Thread(plane::close, "closing");
    closing.start();
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    file.goOn.countDown();
    closing.join(LIMIT.toMillis());

    assertThat(folder).isEmptyDirectory();
    endsWith(Code.SHUTTING_DOWN);
  }

  private void endsWith(Code code) {
    assertThat(reception.transfer().receipt().toCompletableFuture())
        .failsWithin(LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .satisfies(e -> assertThat(((TransferException) e.getCause()).code()).isEqualTo(code));
  }
}
