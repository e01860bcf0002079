package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a listener and receiver does about everything that may come: section 7 of the wire format,
 * row by row.
 */
@Timeout(60)
class ListenerStatesTest {

  private static final int LIMIT = 1000;

  private DataPlane plane;
  private Reception reception;
  private Secret secret;

  @BeforeEach
  void start() throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("listener")
            .reopenDeadline(Duration.ZERO)
            .start();
    reception = plane.receptions().open(Sink.bytes(LIMIT));
    secret = reception.stub().ticket().secret();
  }

  @AfterEach
  void stop() {
    reception.close();
    plane.close();
  }

  @Test
  void shouldRefuseInClearWhatIsNoHelloOfAWaitingTicket() throws Exception {
    byte[] hello = new DialerOpening(secret, new Random(1)).hello();
    byte[] magic = hello.clone();
    magic[4] = 'X';
    byte[] version = hello.clone();
    version[8] = 9;
    byte[] tag = hello.clone();
    tag[9]++;
    byte[] challenge = new ListenerOpening(secret, hello, hello.length).challenge(new Random(2));
    assertThat(answerTo(magic)).isEqualTo(ListenerOpening.refuseInClear(Code.PROTOCOL));
    assertThat(answerTo(challenge)).isEqualTo(ListenerOpening.refuseInClear(Code.PROTOCOL));
    assertThat(answerTo(version)).isEqualTo(ListenerOpening.refuseInClear(Code.VERSION));
    assertThat(answerTo(tag)).isEqualTo(ListenerOpening.refuseInClear(Code.UNKNOWN_TICKET));
    ticketIsUntouched();
  }

  @Test
  void shouldSayNothingToWhatIsNoFrame() throws Exception {
    assertThat(answerTo("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).isEmpty();
    assertThat(answerTo(new byte[] {0x01, (byte) 0xff, (byte) 0xff, (byte) 0xff})).isEmpty();
    assertThat(answerTo(new byte[] {0x10, 0, 0, 17})).isEmpty();
    ticketIsUntouched();
  }

  @Test
  void shouldSayNothingToADialerThatHasOnlyTheTag() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      peer.send(new DialerOpening(secret, new Random(1)).hello());
      assertThat(peer.read()[0]).isEqualTo((byte) FrameType.CHALLENGE.number());
      byte[] open = new byte[FrameHeader.BYTES + 43];
      FrameHeader.write(open, FrameType.OPEN, 43);
      peer.send(open);
      assertThat(peer.read()).isEmpty();
    }
    ticketIsUntouched();
  }

  @Test
  void shouldSayWhyARequestDoesNotFitTheTicket() throws Exception {
    refusesSealed(
        Code.FORBIDDEN, request(Protection.PRIVACY, Direction.FROM_LISTENER, LIMIT, 0, 1));
    refusesSealed(
        Code.PROTECTION_TOO_LOW, request(Protection.INTEGRITY, Direction.TO_LISTENER, LIMIT, 0, 1));
    refusesSealed(
        Code.PROTECTION_TOO_LOW,
        request(Protection.AUTHENTICATION, Direction.TO_LISTENER, LIMIT, 0, 1));
    refusesSealed(
        Code.LIMIT_EXCEEDED, request(Protection.PRIVACY, Direction.TO_LISTENER, LIMIT + 1, 0, 1));
    refusesSealed(Code.PROTOCOL, request(Protection.PRIVACY, Direction.TO_LISTENER, LIMIT, 1, 1));
    refusesSealed(Code.PROTOCOL, request(Protection.PRIVACY, Direction.TO_LISTENER, LIMIT, 0, 2));
    refusesSealed(Code.PROTOCOL, request(Protection.PRIVACY, Direction.TO_LISTENER, 5, 6, 1));
    ticketIsUntouched();
  }

  @Test
  void shouldLetOnlyTheFirstDialerHaveTheTicket() throws Exception {
    try (RawPeer early = RawPeer.dial(plane.address());
        RawPeer late = RawPeer.dial(plane.address())) {
      DialerOpening second = new DialerOpening(secret, new Random(3));
      late.send(second.hello());
      byte[] challenge = late.read();
      early.open(secret, Exchange.request(LIMIT));
      OpenRequest other =
          OpenRequest.toListener(Protection.PRIVACY, LIMIT, 0, new UUID(1, 2), 65_536, "");
      late.send(second.open(challenge, challenge.length, other));
      byte[] answer = late.read();
      refused(Code.UNKNOWN_TICKET, () -> second.accepted(answer, answer.length));
    }
  }

  @Test
  void shouldReceiptAnObjectWhateverItsSegmentsAndIgnoreWhatFollows() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(secret, Exchange.request(10));
      SegmentSealer sealer = opened.keys().sealer(AesGcm.JDK);
      byte[] rest = RawPeer.segment(sealer, 7, false);
      byte[] last = RawPeer.segment(sealer, 3, true);
      peer.send(rest, last, last, new byte[] {1, 2, 3});
      byte[] frame = peer.read();
      Outcome outcome = opened.keys().openReceipt(frame, frame.length);
      assertThat(outcome).isEqualTo(new Outcome(10, sealer.digest(), null));
      Receipt receipt = reception.transfer().receipt().toCompletableFuture().get();
      assertThat(receipt.digest()).isEqualTo(sealer.digest());
    }
  }

  @Test
  void shouldTakeAnObjectWhoseLengthIsNotKnown() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(secret, Exchange.request(-1));
      SegmentSealer sealer = opened.keys().sealer(AesGcm.JDK);
      peer.send(RawPeer.segment(sealer, LIMIT, false), RawPeer.segment(sealer, 0, true));
      assertThat(outcome(peer, opened).bytes()).isEqualTo(LIMIT);
    }
  }

  @Test
  void shouldReceiptMoreBytesThanAnnounced() throws Exception {
    failsWith(Code.LIMIT_EXCEEDED, 10, sealer -> List.of(RawPeer.segment(sealer, 11, true)));
  }

  @Test
  void shouldReceiptMoreBytesThanTheTicketAllows() throws Exception {
    failsWith(
        Code.LIMIT_EXCEEDED, -1, sealer -> List.of(RawPeer.segment(sealer, LIMIT + 1, false)));
  }

  @Test
  void shouldReceiptALastSegmentThatComesTooEarly() throws Exception {
    failsWith(Code.PROTOCOL, 10, sealer -> List.of(RawPeer.segment(sealer, 9, true)));
  }

  @Test
  void shouldReceiptAnAbortWithItsReason() throws Exception {
    failsWith(
        Code.SOURCE_FAILED,
        10,
        sealer ->
            List.of(
                RawPeer.segment(sealer, 5, false),
                Exchange.bytes(sealer.abort(new TransferException(Code.SOURCE_FAILED, "gone")))));
  }

  @Test
  void shouldReceiptASegmentThatIsMissing() throws Exception {
    failsWith(
        Code.CORRUPT,
        10,
        sealer -> {
          RawPeer.segment(sealer, 5, false);
          return List.of(RawPeer.segment(sealer, 5, true));
        });
  }

  @Test
  void shouldReceiptAnEmptySegmentThatIsNotTheLast() throws Exception {
    byte[] empty = new byte[FrameHeader.BYTES + FrameHeader.TAG_BYTES];
    FrameHeader.write(empty, FrameType.DATA, FrameHeader.TAG_BYTES);
    failsWith(Code.PROTOCOL, 10, sealer -> List.of(empty));
  }

  @Test
  void shouldReceiptAFrameThatIsNoSegment() throws Exception {
    failsWith(Code.PROTOCOL, 10, sealer -> List.of(ListenerOpening.refuseInClear(Code.VERSION)));
  }

  @Test
  void shouldReceiptTheEndOfTheConnectionBeforeTheEndOfTheObject() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(secret, Exchange.request(10));
      byte[] whole = RawPeer.segment(opened.keys().sealer(AesGcm.JDK), 10, true);
      peer.send(Arrays.copyOf(whole, whole.length - 1));
      peer.finish();
      assertThat(outcome(peer, opened).failure().code()).isEqualTo(Code.TRUNCATED);
      assertThat(failure()).isEqualTo(Code.TRUNCATED);
    }
  }

  /** Makes the frames that go wrong. */
  private interface Misdeed {
    List<byte[]> frames(SegmentSealer sealer) throws TransferException;
  }

  private void failsWith(Code code, long announced, Misdeed misdeed) throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(secret, Exchange.request(announced));
      peer.send(misdeed.frames(opened.keys().sealer(AesGcm.JDK)).toArray(new byte[0][]));
      assertThat(outcome(peer, opened).failure().code()).isEqualTo(code);
      assertThat(failure()).isEqualTo(code);
      assertThat(peer.read()).isEmpty();
    }
  }

  private static Outcome outcome(RawPeer peer, Opened opened) throws Exception {
    byte[] frame = peer.read();
    return opened.keys().openReceipt(frame, frame.length);
  }

  private Code failure() {
    Throwable thrown =
        Assertions.catchThrowable(
            () -> reception.transfer().receipt().toCompletableFuture().join());
    assertThat(thrown)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TransferException.class);
    return ((TransferException) thrown.getCause()).code();
  }

  private void refusesSealed(Code code, OpenRequest request) throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      DialerOpening dialer = peer.challenged(secret, request);
      byte[] answer = peer.read();
      assertThat(answer.length).isGreaterThan(FrameHeader.BYTES + FrameHeader.TAG_BYTES);
      refused(code, () -> dialer.accepted(answer, answer.length));
    }
  }

  private static OpenRequest request(
      Protection protection, Direction direction, long bytes, long offset, int streams) {
    return new OpenRequest(
        protection, direction, bytes, offset, 0, streams, Exchange.TRANSMISSION, 65_536, "");
  }

  private byte[] answerTo(byte[] bytes) throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      peer.send(bytes);
      return peer.read();
    }
  }

  /** The right dialer still gets in. */
  private void ticketIsUntouched() throws Exception {
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      Opened opened = peer.open(secret, Exchange.request(0));
      peer.send(RawPeer.segment(opened.keys().sealer(AesGcm.JDK), 0, true));
      assertThat(outcome(peer, opened).failure()).isNull();
    }
  }
}
