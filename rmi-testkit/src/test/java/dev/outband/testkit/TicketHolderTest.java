package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.SegmentSealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dialer that holds a good ticket and does not do as it said. */
@Timeout(60)
class TicketHolderTest extends MatrixTest {

  private static final int LIMIT = 100;
  private static final int SEGMENT_BYTES = 4096;

  private Reception reception;

  TicketHolderTest() {
    super(Rig.MEDIUM);
  }

  @BeforeEach
  void openOne() throws Exception {
    reception = rig.receiver.receptions().open(Sink.file(targets.resolve("target")), LIMIT);
  }

  @Test
  void shouldTimeOutWhenADialerOpensAndNeverSends() throws Exception {
    try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
      Opened opened = peer.open(reception.stub(), request(10));
      assertThat(told(peer, opened)).isEqualTo(Code.TIMEOUT);
    }
    assertThat(failure()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void shouldRefuseMoreThanWasAnnounced() throws Exception {
    assertThat(failsAfter(10, sealed(11, true))).isEqualTo(Code.LIMIT_EXCEEDED);
  }

  @Test
  void shouldRefuseAnEndBeforeWhatWasAnnounced() throws Exception {
    assertThat(failsAfter(10, sealed(9, true))).isEqualTo(Code.PROTOCOL);
  }

  @Test
  void shouldRefuseMoreThanTheLimitWhenTheLengthIsUnknown() throws Exception {
    assertThat(failsAfter(-1, sealed(LIMIT + 1, false))).isEqualTo(Code.LIMIT_EXCEEDED);
  }

  @Test
  void shouldRefuseAnAbsurdLengthBeforeAnythingIsProvidedForIt() throws Exception {
    assertThat(failsAfter(10, sealer -> List.of(new byte[] {0x10, -1, -1, -1})))
        .isEqualTo(Code.PROTOCOL);
  }

  @Test
  void shouldRefuseASegmentThatIsLongerThanNegotiated() throws Exception {
    int payload = SEGMENT_BYTES + FrameHeader.TAG_BYTES + 1;
    byte[] header = {0x10, 0, (byte) (payload >>> 8), (byte) payload};
    assertThat(failsAfter(10, sealer -> List.of(header))).isEqualTo(Code.PROTOCOL);
  }

  @Test
  void shouldRefuseAFrameOfNoKnownType() throws Exception {
    assertThat(failsAfter(10, sealer -> List.of(new byte[] {0x77, 0, 0, 0})))
        .isEqualTo(Code.PROTOCOL);
  }

  @Test
  void shouldRefuseASegmentThatDoesNotVerify() throws Exception {
    assertThat(failsAfter(10, sealer -> List.of(new byte[] {0x10, 0, 0, 17}, new byte[17])))
        .isEqualTo(Code.CORRUPT);
  }

  @Test
  void shouldFailWithTheReasonOfADialerThatAborts() throws Exception {
    Sent abort =
        sealer -> {
          var frame = sealer.abort(new TransferException(Code.SOURCE_FAILED, "the tape is torn"));
          byte[] bytes = new byte[frame.remaining()];
          frame.get(bytes);
          return List.of(bytes);
        };
    assertThat(failsAfter(10, abort)).isEqualTo(Code.SOURCE_FAILED);
  }

  @Test
  void shouldRefuseWhatTheTicketDoesNotAllowAndWaitOn() throws Exception {
    assertThat(refused(with(Protection.AUTHENTICATION, Direction.TO_LISTENER)))
        .isEqualTo(Code.PROTECTION_TOO_LOW);
    assertThat(refused(with(Protection.INTEGRITY, Direction.TO_LISTENER)))
        .isEqualTo(Code.PROTECTION_TOO_LOW);
    assertThat(refused(with(Protection.PRIVACY, Direction.FROM_LISTENER)))
        .isEqualTo(Code.FORBIDDEN);
    assertThat(refused(request(LIMIT + 1))).isEqualTo(Code.LIMIT_EXCEEDED);
    assertThat(
            refused(
                OpenRequest.toListener(
                    Protection.PRIVACY, 10, 1, UUID.randomUUID(), SEGMENT_BYTES, "")))
        .isEqualTo(Code.PROTOCOL);
    assertThat(
            refused(
                new OpenRequest(
                    Protection.PRIVACY,
                    Direction.TO_LISTENER,
                    10,
                    0,
                    0,
                    2,
                    UUID.randomUUID(),
                    SEGMENT_BYTES,
                    "")))
        .isEqualTo(Code.PROTOCOL);
    assertThat(failsAfter(10, sealed(11, true))).isEqualTo(Code.LIMIT_EXCEEDED);
  }

  @Test
  void shouldBeOpenedByOneOfTwoWhoHoldTheTicket() throws Exception {
    try (RawPeer one = RawPeer.dial(rig.receiver.address());
        RawPeer two = RawPeer.dial(rig.receiver.address())) {
      Opened opened = one.open(reception.stub(), request(10));
      assertThatThrownBy(() -> two.open(reception.stub(), request(10)))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_TICKET));
      sealed(10, true).by(opened.keys().sealer(AesGcm.JDK)).forEach(frame -> send(one, frame));
      byte[] receipt = one.frame();
      assertThat(opened.keys().openReceipt(receipt, receipt.length).failure()).isNull();
    }
    reception.transfer().receipt().toCompletableFuture().get(10, TimeUnit.SECONDS);
    Files.delete(targets.resolve("target"));
  }

  /** What a dialer sends once it has opened. */
  private interface Sent {
    List<byte[]> by(SegmentSealer sealer) throws TransferException;
  }

  private static Sent sealed(int bytes, boolean last) {
    return sealer -> {
      byte[] frame = new byte[SEGMENT_BYTES];
      int count = sealer.seal(new byte[bytes], bytes, last, frame);
      return List.of(Arrays.copyOf(frame, count));
    };
  }

  /** The code that both ends agree on. */
  private Code failsAfter(long announced, Sent sent) throws Exception {
    Code told;
    try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
      Opened opened = peer.open(reception.stub(), request(announced));
      sent.by(opened.keys().sealer(AesGcm.JDK)).forEach(frame -> send(peer, frame));
      told = told(peer, opened);
    }
    assertThat(failure()).isEqualTo(told);
    return told;
  }

  private Code refused(OpenRequest request) throws Exception {
    try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
      peer.open(reception.stub(), request);
      throw new AssertionError("accepted: " + request);
    } catch (TransferException e) {
      return e.code();
    }
  }

  private static Code told(RawPeer peer, Opened opened) throws Exception {
    byte[] receipt = peer.frame();
    return opened.keys().openReceipt(receipt, receipt.length).failure().code();
  }

  private Code failure() throws Exception {
    try {
      reception.transfer().receipt().toCompletableFuture().get(10, TimeUnit.SECONDS);
      throw new AssertionError("the receiver has a receipt");
    } catch (ExecutionException e) {
      Throwable cause =
          e.getCause() instanceof TransferException ? e.getCause() : e.getCause().getCause();
      return ((TransferException) cause).code();
    }
  }

  private static void send(RawPeer peer, byte[] frame) {
    try {
      peer.send(frame);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OpenRequest request(long bytes) {
    return OpenRequest.toListener(
        Protection.PRIVACY, bytes, 0, UUID.randomUUID(), SEGMENT_BYTES, "");
  }

  private static OpenRequest with(Protection protection, Direction direction) {
    return new OpenRequest(
        protection, direction, 10, 0, 0, 1, UUID.randomUUID(), SEGMENT_BYTES, "");
  }
}
