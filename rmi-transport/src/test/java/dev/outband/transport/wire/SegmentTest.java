package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SegmentTest {

  private static final int SEGMENT = 64;

  private final Exchange exchange;
  private final SegmentSealer sealer;
  private final SegmentOpener opener;
  private final byte[] plain = new byte[4096];

  SegmentTest() throws TransferException {
    exchange = Exchange.of(21);
    sealer = exchange.atDialer.keys().sealer(AesGcm.JDK);
    opener = exchange.atListener.keys().opener(AesGcm.JDK);
  }

  @Test
  void shouldGiveBackWhatWasSealed() throws Exception {
    List<byte[]> frames = seal(sealer, 5);
    for (int i = 0; i < 5; i++) {
      assertThat(open(opener, frames.get(i))).isEqualTo(content(i));
      assertThat(opener.complete()).isEqualTo(i == 4);
    }
    assertThat(opener.digest()).isEqualTo(sealer.digest());
  }

  @Test
  void shouldNotOpenSegmentsOutOfOrder() throws Exception {
    List<byte[]> frames = seal(sealer, 4);
    open(opener, frames.get(0));
    corruptForGood(frames.get(2), frames.get(1));
  }

  @Test
  void shouldNotOpenASegmentTwice() throws Exception {
    List<byte[]> frames = seal(sealer, 4);
    open(opener, frames.get(0));
    corruptForGood(frames.get(0), frames.get(1));
  }

  @Test
  void shouldNotOpenTheLastSegmentIfOneWasDropped() throws Exception {
    List<byte[]> frames = seal(sealer, 3);
    open(opener, frames.get(0));
    corruptForGood(frames.get(2), frames.get(1));
  }

  @Test
  void shouldNotBeCompleteWithoutTheLastSegment() throws Exception {
    List<byte[]> frames = seal(sealer, 3);
    open(opener, frames.get(0));
    open(opener, frames.get(1));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldNotOpenASegmentOfAnotherConnection() throws Exception {
    Exchange other = Exchange.of(Exchange.secret(21), 22);
    corruptForGood(
        seal(other.atDialer.keys().sealer(AesGcm.JDK), 2).get(0), seal(sealer, 2).get(0));
  }

  @Test
  void shouldNotTakeDataForTheLastSegment() throws Exception {
    byte[] frame = seal(sealer, 2).get(0);
    frame[0] = (byte) FrameType.LAST.number();
    refused(Code.CORRUPT, () -> open(opener, frame));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldNotTakeTheLastSegmentForAnythingElse() throws Exception {
    byte[] last = seal(sealer, 1).get(0);
    for (FrameType type : FrameType.values()) {
      if (type != FrameType.LAST) {
        byte[] frame = last.clone();
        frame[0] = (byte) type.number();
        SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
        assertThatThrownBy(() -> open(fresh, frame)).isInstanceOf(TransferException.class);
        assertThatThrownBy(() -> open(fresh, last)).isInstanceOf(TransferException.class);
      }
    }
  }

  @Test
  void shouldNotOpenAnythingAfterTheLastSegment() throws Exception {
    byte[] last = seal(sealer, 1).get(0);
    open(opener, last);
    refused(Code.PROTOCOL, () -> open(opener, last));
    assertThat(opener.complete()).isTrue();
    refused(Code.PROTOCOL, () -> sealer.seal(new byte[1], 1, true, new byte[100]));
    refused(Code.PROTOCOL, () -> sealer.abort(new TransferException(Code.CANCELLED, "late")));
  }

  @Test
  void shouldPassOnTheReasonOfAnAbort() throws Exception {
    byte[] frame =
        Exchange.bytes(
            sealer.abort(new TransferException(Code.SOURCE_FAILED, "the source shrank")));
    assertThatThrownBy(() -> open(opener, frame))
        .hasMessage("the source shrank")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SOURCE_FAILED));
    assertThat(opener.complete()).isFalse();
    refused(Code.PROTOCOL, () -> open(opener, frame));
    assertThat(sealer.ended()).isTrue();
  }

  @Test
  void shouldNotTakeAnAbortForTheLastSegment() throws Exception {
    byte[] frame = Exchange.bytes(sealer.abort(new TransferException(Code.CANCELLED, "enough")));
    frame[0] = (byte) FrameType.LAST.number();
    refused(Code.CORRUPT, () -> open(opener, frame));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldNotOpenWhenAnyBitIsFlipped() throws Exception {
    byte[] good = seal(sealer, 2).get(0);
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] frame = good.clone();
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
      Arrays.fill(plain, (byte) 0);
      assertThatThrownBy(() -> open(fresh, frame)).isInstanceOf(TransferException.class);
      assertThat(Arrays.copyOf(plain, SEGMENT))
          .as("plaintext before its tag, bit %d", bit)
          .isEqualTo(new byte[SEGMENT]);
      assertThatThrownBy(() -> open(fresh, good)).isInstanceOf(TransferException.class);
    }
  }

  @Test
  void shouldNotOpenWhenCutAtAnyLength() throws Exception {
    byte[] good = seal(sealer, 1).get(0);
    for (int length = FrameHeader.BYTES; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> open(exchange.atListener.keys().opener(AesGcm.JDK), cut))
          .isInstanceOf(TransferException.class);
      FrameHeader.write(cut, FrameType.LAST, length - FrameHeader.BYTES);
      assertThatThrownBy(() -> open(exchange.atListener.keys().opener(AesGcm.JDK), cut))
          .isInstanceOf(TransferException.class);
    }
  }

  @Test
  void shouldSealAnEmptyObjectAsOneEmptyLastSegment() throws Exception {
    byte[] frame = new byte[FrameHeader.BYTES + FrameHeader.TAG_BYTES];
    assertThat(sealer.seal(new byte[0], 0, true, frame)).isEqualTo(20);
    assertThat(open(opener, frame)).isEmpty();
    assertThat(opener.complete()).isTrue();
  }

  @Test
  void shouldDigestEveryTagInItsPlace() throws Exception {
    seal(sealer, 3);
    String three = sealer.digest();
    SegmentSealer shorter = Exchange.of(21).atDialer.keys().sealer(AesGcm.JDK);
    seal(shorter, 2);
    assertThat(shorter.digest()).isNotEqualTo(three).hasSize(64);
    SegmentSealer same = Exchange.of(21).atDialer.keys().sealer(AesGcm.JDK);
    seal(same, 3);
    assertThat(same.digest()).isEqualTo(three);
  }

  @Test
  void shouldSealNoMoreSegmentsThanTheCounterCanTell() throws Exception {
    counterOf(sealer, (1L << 32) - 1);
    byte[] frame = new byte[100];
    sealer.seal(new byte[1], 1, false, frame);
    assertThatThrownBy(() -> sealer.seal(new byte[1], 1, true, frame))
        .hasMessage("segments must be at most 4294967296")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED));
  }

  @Test
  void shouldTellWhichReceiptIsForAnotherConnection() throws Exception {
    Outcome outcome = new Outcome(5, "ab".repeat(32), null);
    byte[] receipt = exchange.atListener.keys().sealReceipt(outcome);
    assertThat(exchange.atDialer.keys().openReceipt(receipt, receipt.length)).isEqualTo(outcome);
    byte[] others = Exchange.of(Exchange.secret(21), 23).atListener.keys().sealReceipt(outcome);
    refused(Code.CORRUPT, () -> exchange.atDialer.keys().openReceipt(others, others.length));
    byte[] segment = seal(sealer, 1).get(0);
    segment[0] = (byte) FrameType.RECEIPT.number();
    refused(Code.CORRUPT, () -> exchange.atDialer.keys().openReceipt(segment, segment.length));
    for (int bit = 0; bit < 8 * receipt.length; bit++) {
      byte[] frame = receipt.clone();
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> exchange.atDialer.keys().openReceipt(frame, frame.length))
          .isInstanceOf(TransferException.class);
    }
  }

  private void corruptForGood(byte[] wrong, byte[] right) {
    refused(Code.CORRUPT, () -> open(opener, wrong));
    assertThatThrownBy(() -> open(opener, right)).isInstanceOf(TransferException.class);
    assertThat(opener.complete()).isFalse();
  }

  private byte[] open(SegmentOpener by, byte[] frame) throws TransferException {
    return Arrays.copyOf(plain, by.open(frame, frame.length, plain));
  }

  private static List<byte[]> seal(SegmentSealer by, int count) throws TransferException {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] frame = new byte[FrameHeader.BYTES + SEGMENT + FrameHeader.TAG_BYTES];
      by.seal(content(i), SEGMENT, i == count - 1, frame);
      frames.add(frame);
    }
    return frames;
  }

  private static byte[] content(int number) {
    byte[] content = new byte[SEGMENT];
    new Random(number).nextBytes(content);
    return content;
  }

  /** Sealing 2^32 segments would take a day. */
  private static void counterOf(SegmentSealer sealer, long value)
      throws ReflectiveOperationException {
    Field segments = SegmentSealer.class.getDeclaredField("segments");
    segments.setAccessible(true);
    Field counter = SegmentCipher.class.getDeclaredField("counter");
    counter.setAccessible(true);
    counter.setLong(segments.get(sealer), value);
  }
}
