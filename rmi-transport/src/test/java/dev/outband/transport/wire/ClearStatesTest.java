package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.BytesSink;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a receiver whose floor is AUTHENTICATION does about levels and about parts in clear. */
@Timeout(60)
class ClearStatesTest {

  private static final byte[] TEN = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  private DataPlane plane;
  private BytesSink sink;
  private Reception reception;

  /** Makes the frames that go wrong. */
  private interface Misdeed {
    List<byte[]> frames(SegmentSealer sealer) throws TransferException;
  }

  @BeforeEach
  void start() throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("clear")
            .floor(Protection.AUTHENTICATION)
            .reopenDeadline(Duration.ZERO)
            .start();
    sink = Sink.bytes(10);
    reception = plane.receptions().open(sink);
  }

  @AfterEach
  void stop() {
    reception.close();
    plane.close();
  }

  @Test
  void shouldTakePartsInClear() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = open(peer, 10);
      SegmentSealer sealer = opened.keys().sealer(AesGcm.JDK);
      peer.send(
          RawPeer.clear(sealer, new byte[] {0, 1, 2, 3}),
          RawPeer.clear(sealer, new byte[] {4, 5, 6, 7, 8, 9}));
      peer.send(RawPeer.lastOfClear(sealer));
      assertThat(outcome(peer, opened)).isEqualTo(new Outcome(10, sealer.digest(), null));
      assertThat(reception.transfer().receipt().toCompletableFuture().get().protection())
          .isEqualTo(Protection.AUTHENTICATION);
      assertThat(sink.toByteArray()).isEqualTo(TEN);
    }
  }

  @Test
  void shouldTakeBetterProtectionThanItsFloor() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(reception.stub().ticket().secret(), Exchange.request(10));
      peer.send(RawPeer.segment(opened.keys().sealer(AesGcm.JDK), 10, true));
      assertThat(outcome(peer, opened).failure()).isNull();
      assertThat(reception.transfer().receipt().toCompletableFuture().get().protection())
          .isEqualTo(Protection.PRIVACY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AUTHENTICATION, INTEGRITY, PROTOCOL",
    "INTEGRITY, AUTHENTICATION, PROTECTION_TOO_LOW",
    "INTEGRITY, INTEGRITY, PROTOCOL",
    "PRIVACY, AUTHENTICATION, PROTECTION_TOO_LOW",
    "PRIVACY, INTEGRITY, PROTECTION_TOO_LOW"
  })
  void shouldRefuseALevelBelowTheFloorOrNeverSent(Protection floor, Protection sent, Code code)
      throws Exception {
    try (Reception strict = plane.receptions().open(Sink.discard(), 10, floor);
        RawPeer peer = RawPeer.dial(plane.address())) {
      assertThat(strict.stub().ticket().floor()).isEqualTo(floor);
      OpenRequest request =
          new OpenRequest(
              sent, Direction.TO_LISTENER, 10, 0, 0, 1, Exchange.TRANSMISSION, 65_536, "");
      DialerOpening dialer = peer.challenged(strict.stub().ticket().secret(), request);
      byte[] answer = peer.read();
      refused(code, () -> dialer.accepted(answer, answer.length));
    }
  }

  @Test
  void shouldReceiptAWrongChecksum() throws Exception {
    failsWith(
        Code.CORRUPT,
        sealer -> {
          byte[] part = RawPeer.clear(sealer, TEN);
          part[8]++;
          return List.of(part, RawPeer.lastOfClear(sealer));
        });
  }

  @Test
  void shouldReceiptAnEndThatSpeaksOfOtherParts() throws Exception {
    failsWith(
        Code.CORRUPT,
        sealer -> {
          RawPeer.clear(sealer, TEN);
          byte[] other =
              RawPeer.clear(Exchange.of(3).atDialer.keys().sealer(AesGcm.JDK), new byte[10]);
          return List.of(other, RawPeer.lastOfClear(sealer));
        });
  }

  @Test
  void shouldReceiptASealedPartAmongThoseInClear() throws Exception {
    failsWith(Code.PROTOCOL, sealer -> List.of(RawPeer.segment(sealer, 5, false)));
  }

  @Test
  void shouldReceiptAnEndThatComesTooEarly() throws Exception {
    failsWith(
        Code.PROTOCOL,
        sealer -> List.of(RawPeer.clear(sealer, new byte[9]), RawPeer.lastOfClear(sealer)));
  }

  @Test
  void shouldReceiptMoreBytesThanAnnounced() throws Exception {
    failsWith(Code.LIMIT_EXCEEDED, sealer -> List.of(RawPeer.clear(sealer, new byte[11])));
  }

  @Test
  void shouldReceiptAnAbortWithItsReason() throws Exception {
    failsWith(
        Code.SOURCE_FAILED,
        sealer ->
            List.of(
                RawPeer.clear(sealer, new byte[5]),
                Exchange.bytes(sealer.abort(new TransferException(Code.SOURCE_FAILED, "gone")))));
  }

  @Test
  void shouldReceiptAPartInClearOfASealedObject() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(reception.stub().ticket().secret(), Exchange.request(10));
      peer.send(RawPeer.clear(opened.keys().sealer(AesGcm.JDK), TEN));
      assertThat(outcome(peer, opened).failure().code()).isEqualTo(Code.PROTOCOL);
    }
  }

  @Test
  void shouldSayNothingToAPartInClearBeforeTheOpening() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      peer.send(RawPeer.clear(Exchange.of(3).atDialer.keys().sealer(AesGcm.JDK), TEN));
      assertThat(peer.read()).isEmpty();
    }
  }

  private void failsWith(Code code, Misdeed misdeed) throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = open(peer, 10);
      peer.send(misdeed.frames(opened.keys().sealer(AesGcm.JDK)).toArray(new byte[0][]));
      assertThat(outcome(peer, opened).failure().code()).isEqualTo(code);
      assertThat(peer.read()).isEmpty();
      assertThat(reception.transfer().receipt().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10));
    }
  }

  private Opened open(RawPeer peer, long bytes) throws Exception {
    return peer.open(
        reception.stub().ticket().secret(), Exchange.request(Protection.AUTHENTICATION, bytes));
  }

  private static Outcome outcome(RawPeer peer, Opened opened) throws Exception {
    byte[] frame = peer.read();
    return opened.keys().openReceipt(frame, frame.length);
  }
}
