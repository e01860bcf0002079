package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener does when the transmission that it serves opens another connection. */
@Timeout(60)
class FurtherConnectionTest {

  private static final int LENGTH = 10;
  private static final int FIRST = 4;
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private DataPlane plane;
  private Reception reception;
  private Secret secret;
  private OpenRequest request = Exchange.request(LENGTH);
  private RawPeer first;
  private Opened opened;
  private SegmentSealer sealer;

  @BeforeEach
  void start() throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("further")
            .floor(Protection.AUTHENTICATION)
            .reopenDeadline(Duration.ofSeconds(20))
            .start();
    reception = plane.receptions().open(Sink.file(folder.resolve("object")));
    secret = reception.stub().ticket().secret();
    first = RawPeer.dial(plane.address());
  }

  @AfterEach
  void stop() throws Exception {
    first.close();
    reception.close();
    plane.close();
  }

  /** Opens the first connection and brings a part. */
  private void openFirst() throws Exception {
    opened = first.open(secret, request);
    sealer = opened.keys().sealer(AesGcm.JDK);
    if (request.protection() == Protection.AUTHENTICATION) {
      first.send(RawPeer.clear(sealer, new byte[FIRST]));
    } else {
      first.send(RawPeer.segment(sealer, FIRST, false));
    }
    while (reception.transfer().bytes() < FIRST) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource({"PRIVACY, 10", "PRIVACY, -1", "AUTHENTICATION, 10"})
  void shouldHearTheEndThere(Protection level, long announced) throws Exception {
    request = Exchange.request(level, announced);
    openFirst();
    try (RawPeer further = RawPeer.dial(plane.address())) {
      Opened again = further.open(secret, request);
      assertThat(again.acceptance().offset()).isEqualTo(FIRST);
      assertThat(again.keys().binding()).isNotEqualTo(opened.keys().binding());
      TransferException why = new TransferException(Code.CANCELLED, "enough");
      further.send(Exchange.bytes(again.keys().sealer(AesGcm.JDK).abort(why)));
      assertThat(outcome(further, again).failure()).hasMessage("enough");
    }
    assertThat(outcome(first, opened).failure()).hasMessage("enough");
    assertThat(reception.transfer().receipt().toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("enough");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRIVACY", "AUTHENTICATION"})
  void shouldTakeTheFirstForLostWhenTheObjectGoesOnThere(Protection level) throws Exception {
    request = Exchange.request(level, LENGTH);
    openFirst();
    boolean clear = level == Protection.AUTHENTICATION;
    byte[] rest = new byte[LENGTH - FIRST];
    try (RawPeer further = RawPeer.dial(plane.address())) {
      Opened again = further.open(secret, request);
      SegmentSealer next = again.keys().sealer(AesGcm.JDK);
      further.send(clear ? RawPeer.clear(next, rest) : RawPeer.segment(next, rest.length, false));
      assertThat(outcome(further, again).failure().code()).isEqualTo(Code.CONNECTION_LOST);
    }
    Outcome lost = outcome(first, opened);
    assertThat(lost.failure().code()).isEqualTo(Code.CONNECTION_LOST);
    assertThat(lost.bytes()).isEqualTo(FIRST);
    try (RawPeer third = RawPeer.dial(plane.address())) {
      Opened again = third.open(secret, request);
      assertThat(again.acceptance().offset()).isEqualTo(FIRST);
      SegmentSealer next = again.keys().sealer(AesGcm.JDK);
      if (clear) {
        third.send(RawPeer.clear(next, rest), RawPeer.lastOfClear(next));
      } else {
        third.send(RawPeer.segment(next, rest.length, true));
      }
      assertThat(outcome(third, again)).isEqualTo(new Outcome(LENGTH, next.digest(), null));
    }
  }

  @Test
  void shouldNotMindOneThatSaysNothingOrNothingThatOpens() throws Exception {
    openFirst();
    try (RawPeer silent = RawPeer.dial(plane.address())) {
      assertThat(silent.open(secret, request).acceptance().offset()).isEqualTo(FIRST);
    }
    try (RawPeer forging = RawPeer.dial(plane.address())) {
      Opened again = forging.open(secret, request);
      TransferException why = new TransferException(Code.CANCELLED, "enough");
      byte[] abort = Exchange.bytes(again.keys().sealer(AesGcm.JDK).abort(why));
      abort[abort.length - 1]++;
      forging.send(abort);
      assertThat(forging.read()).isEmpty();
    }
    first.send(RawPeer.segment(sealer, LENGTH - FIRST, true));
    assertThat(outcome(first, opened)).isEqualTo(new Outcome(LENGTH, sealer.digest(), null));
  }

  private static Outcome outcome(RawPeer peer, Opened opened) throws Exception {
    byte[] frame = peer.read();
    return opened.keys().openReceipt(frame, frame.length);
  }
}
