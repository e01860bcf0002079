package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever holds a ticket may name any length: nothing is provided for it, and nothing overflows.
 */
@Timeout(60)
class AbsurdLengthTest extends MatrixTest {

  private static final long[] LENGTHS = {
    Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, Long.MAX_VALUE - 1
  };

  AbsurdLengthTest() {
    super(Rig.MEDIUM);
  }

  @Test
  void shouldRefuseAnyLengthOverTheLimitAndWaitOn() throws Exception {
    Reception reception = rig.receiver.receptions().open(Sink.discard(), 1_000);
    for (long length : LENGTHS) {
      try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
        assertThatThrownBy(() -> peer.open(reception.stub(), request(length, 4096)))
            .isInstanceOfSatisfying(
                TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
            .hasMessageContaining("bytes must be at most 1000, not " + length);
      }
    }
    reception.close();
  }

  @Test
  void shouldProvideNothingForALengthThatIsAnnounced() throws Exception {
    for (long length : LENGTHS) {
      LeakCheck held = LeakCheck.baseline();
      Reception reception = rig.receiver.receptions().open(Sink.file(targets.resolve("target")));
      try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
        Opened opened = peer.open(reception.stub(), request(length, 4096));
        assertThat(opened.acceptance().offset()).isZero();
        assertThat(reception.transfer().totalBytes()).isEqualTo(length);
        assertThat(held.left()).noneMatch(line -> line.contains("direct memory"));
        byte[] frame = new byte[4096 + 64];
        int count = opened.keys().sealer(AesGcm.JDK).seal(new byte[10], 10, true, frame);
        peer.send(frame, count);
        byte[] receipt = peer.frame();
        assertThat(opened.keys().openReceipt(receipt, receipt.length).failure())
            .hasMessage("announced " + length + " bytes and ended after 10")
            .extracting(TransferException::code)
            .isEqualTo(Code.PROTOCOL);
      }
    }
  }

  @Test
  void shouldNegotiateNoMoreThanItsOwnSegmentSize() throws Exception {
    Reception reception = rig.receiver.receptions().open(Sink.discard());
    try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
      Opened opened = peer.open(reception.stub(), request(10, FrameHeader.MAX_SEGMENT_BYTES));
      assertThat(opened.acceptance().segmentBytes()).isEqualTo(256 * 1024);
    }
  }

  @Test
  void shouldRefuseWhatIsNoLengthAndWaitOn() throws Exception {
    Reception reception = rig.receiver.receptions().open(Sink.discard());
    for (long length : new long[] {-2, Integer.MIN_VALUE, Long.MIN_VALUE}) {
      assertThat(refusal(reception, request(length, 4096)))
          .isEqualTo("OPEN bytes must be -1..9223372036854775807, not " + length);
    }
    for (int segmentBytes : new int[] {Integer.MAX_VALUE, 0, -1, Integer.MIN_VALUE}) {
      assertThat(refusal(reception, request(10, segmentBytes)))
          .startsWith("OPEN segmentBytes must be ")
          .endsWith(", not " + segmentBytes);
    }
    reception.close();
  }

  private String refusal(Reception reception, OpenRequest request) throws Exception {
    try (RawPeer peer = RawPeer.dial(rig.receiver.address())) {
      Opened opened = peer.open(reception.stub(), request);
      throw new AssertionError("accepted: " + opened.acceptance());
    } catch (TransferException e) {
      assertThat(e.code()).isEqualTo(Code.PROTOCOL);
      return e.getMessage();
    }
  }

  private static OpenRequest request(long bytes, int segmentBytes) {
    return OpenRequest.toListener(
        Protection.PRIVACY, bytes, 0, UUID.randomUUID(), segmentBytes, "");
  }
}
