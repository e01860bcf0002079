package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts of an object in clear, and the end that speaks for them. */
@Timeout(60)
class ClearSegmentTest {

  private static final byte[] ONE = content(1, 100);
  private static final byte[] TWO = content(2, 37);

  private final Exchange exchange;
  private final SegmentSealer sealer;
  private final SegmentOpener opener;
  private final byte[] plain = new byte[4096];

  ClearSegmentTest() throws TransferException {
    exchange = Exchange.of(51);
    sealer = exchange.atDialer.keys().sealer(AesGcm.JDK);
    opener = exchange.atListener.keys().opener(AesGcm.JDK);
  }

  @Test
  void shouldGiveBackWhatWasSentInWhateverPiecesItComes() throws Exception {
    byte[] frame = RawPeer.clear(sealer, ONE);
    byte[] last = RawPeer.lastOfClear(sealer);
    for (int piece = 1; piece <= frame.length; piece++) {
      SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
      assertThat(take(fresh, frame, piece)).isEqualTo(ONE);
      fresh.endOfClear(last, last.length, plain);
      assertThat(fresh.complete()).isTrue();
      assertThat(fresh.digest()).isEqualTo(sealer.digest());
    }
  }

  @Test
  void shouldLeaveWhatBelongsToTheNextFrame() throws Exception {
    byte[] frame = RawPeer.clear(sealer, ONE);
    ByteBuffer in =
        ByteBuffer.allocate(frame.length + 3).put(frame).put(new byte[] {7, 8, 9}).flip();
    ClearSegment segment = opener.clear(header(in));
    assertThat(segment.content(in).remaining()).isEqualTo(ONE.length);
    assertThat(segment.complete(in)).isTrue();
    assertThat(in.remaining()).isEqualTo(3);
  }

  @Test
  void shouldCheckHeaderAndContentByCastagnoliBigEndian() {
    byte[] frame = RawPeer.clear(sealer, "123456789".getBytes(StandardCharsets.US_ASCII));
    assertThat(crc32c("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
    assertThat(Arrays.copyOf(frame, 4)).containsExactly(0x13, 0, 0, 13);
    assertThat(ByteBuffer.wrap(frame).getInt(13)).isEqualTo(crc32c(Arrays.copyOf(frame, 13)));
  }

  @Test
  void shouldDigestHeadersAndChecksumsInOrder() throws Exception {
    byte[] one = RawPeer.clear(sealer, ONE);
    byte[] two = RawPeer.clear(sealer, TWO);
    byte[] expected = KeySchedule.transcript(ends(one), ends(two));
    byte[] last = RawPeer.lastOfClear(sealer);
    SegmentOpener sealed = exchange.atListener.keys().opener(AesGcm.JDK);
    int count = sealed.open(last, last.length, plain);
    assertThat(Arrays.copyOf(plain, count)).isEqualTo(expected);
    byte[] tag = Arrays.copyOfRange(last, last.length - 16, last.length);
    byte[] whole = KeySchedule.transcript(ends(one), ends(two), Arrays.copyOf(last, 4), tag);
    assertThat(sealer.digest()).isEqualTo(HexFormat.of().formatHex(whole));
  }

  @Test
  void shouldFindAnyFlippedBit() throws Exception {
    byte[] good = RawPeer.clear(sealer, ONE);
    byte[] last = RawPeer.lastOfClear(sealer);
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] frame = good.clone();
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
      assertThatThrownBy(() -> takeAll(fresh, frame, last))
          .as("bit %d", bit)
          .isInstanceOf(TransferException.class);
      assertThat(fresh.complete()).isFalse();
    }
  }

  @Test
  void shouldOpenNothingAfterAWrongChecksum() throws Exception {
    byte[] good = RawPeer.clear(sealer, ONE);
    byte[] last = RawPeer.lastOfClear(sealer);
    byte[] wrong = good.clone();
    wrong[50]++;
    refused(Code.CORRUPT, () -> take(opener, wrong, wrong.length));
    refused(Code.PROTOCOL, () -> take(opener, good, good.length));
    refused(Code.PROTOCOL, () -> opener.endOfClear(last, last.length, plain));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldFindAtTheEndThatPartsWereDroppedRepeatedMovedOrMadeUp() throws Exception {
    byte[] one = RawPeer.clear(sealer, ONE);
    byte[] two = RawPeer.clear(sealer, TWO);
    byte[] last = RawPeer.lastOfClear(sealer);
    byte[] other =
        RawPeer.clear(Exchange.of(52).atDialer.keys().sealer(AesGcm.JDK), content(3, TWO.length));
    byte[] both =
        RawPeer.clear(
            Exchange.of(52).atDialer.keys().sealer(AesGcm.JDK),
            content(4, ONE.length + TWO.length));
    List<List<byte[]>> wrong =
        List.of(
            List.of(),
            List.of(one),
            List.of(one, two, two),
            List.of(two, one),
            List.of(one, other),
            List.of(both));
    for (List<byte[]> parts : wrong) {
      SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
      for (byte[] part : parts) {
        take(fresh, part, part.length);
      }
      refused(Code.CORRUPT, () -> fresh.endOfClear(last, last.length, plain));
      assertThat(fresh.complete()).isFalse();
    }
  }

  /**
   * What the level does not promise, as the document says: a checksum stops nobody who changes
   * bytes on purpose.
   */
  @Test
  void shouldNotFindAChangeThatKeepsTheChecksum() throws Exception {
    byte[] frame = RawPeer.clear(sealer, ONE);
    byte[] last = RawPeer.lastOfClear(sealer);
    byte[] generator = generator();
    for (int i = 0; i < generator.length; i++) {
      frame[FrameHeader.BYTES + i] ^= generator[i];
    }
    assertThat(take(opener, frame, frame.length)).isNotEqualTo(ONE);
    opener.endOfClear(last, last.length, plain);
    assertThat(opener.complete()).isTrue();
  }

  @Test
  void shouldEndAnEmptyObjectWithTheDigestOfNothing() throws Exception {
    byte[] last = RawPeer.lastOfClear(sealer);
    int count = exchange.atListener.keys().opener(AesGcm.JDK).open(last, last.length, plain);
    assertThat(Arrays.copyOf(plain, count)).isEqualTo(KeySchedule.transcript());
    opener.endOfClear(last, last.length, plain);
    assertThat(opener.complete()).isTrue();
  }

  @Test
  void shouldTakeNothingButAnEndInPlaceOfTheEnd() throws Exception {
    byte[] data = RawPeer.segment(sealer, 61, false);
    for (FrameType type : FrameType.values()) {
      byte[] frame = data.clone();
      frame[0] = (byte) type.number();
      SegmentOpener fresh = exchange.atListener.keys().opener(AesGcm.JDK);
      assertThatThrownBy(() -> fresh.endOfClear(frame, frame.length, plain))
          .isInstanceOf(TransferException.class);
      assertThat(fresh.complete()).isFalse();
    }
  }

  @Test
  void shouldNotTakeTheEndOfASealedObjectForTheEndOfOneInClear() throws Exception {
    byte[] last = RawPeer.segment(sealer, 32, true);
    refused(Code.CORRUPT, () -> opener.endOfClear(last, last.length, plain));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldPassOnTheReasonOfAnAbort() throws Exception {
    byte[] one = RawPeer.clear(sealer, ONE);
    byte[] abort =
        Exchange.bytes(
            sealer.abort(new TransferException(Code.SOURCE_FAILED, "the source shrank")));
    take(opener, one, one.length);
    assertThatThrownBy(() -> opener.endOfClear(abort, abort.length, plain))
        .hasMessage("the source shrank")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SOURCE_FAILED));
    assertThat(opener.complete()).isFalse();
  }

  @Test
  void shouldTakeNoPartAfterTheEnd() throws Exception {
    byte[] one = RawPeer.clear(sealer, ONE);
    byte[] last = RawPeer.lastOfClear(sealer);
    take(opener, one, one.length);
    opener.endOfClear(last, last.length, plain);
    refused(Code.PROTOCOL, () -> take(opener, one, one.length));
    refused(Code.PROTOCOL, () -> opener.endOfClear(last, last.length, plain));
  }

  private void takeAll(SegmentOpener by, byte[] frame, byte[] last) throws TransferException {
    FrameHeader.frameBytes(frame, 4096);
    if (!FrameHeader.isClear(frame)) {
      by.endOfClear(frame, frame.length, plain);
    }
    ByteBuffer in = ByteBuffer.allocate(frame.length + last.length).put(frame).put(last).flip();
    ClearSegment segment = by.clear(header(in));
    segment.content(in);
    if (!segment.complete(in)) {
      throw new TransferException(Code.TRUNCATED, "more was announced than came");
    }
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    by.endOfClear(rest, rest.length, plain);
  }

  /** Feeds a frame piece by piece and gives its content. */
  private static byte[] take(SegmentOpener by, byte[] frame, int piece) throws TransferException {
    ClearSegment segment = by.clear(Arrays.copyOf(frame, FrameHeader.BYTES));
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    boolean complete = false;
    for (int at = FrameHeader.BYTES; at < frame.length; at += piece) {
      assertThat(complete).isFalse();
      ByteBuffer in = ByteBuffer.wrap(frame, at, Math.min(piece, frame.length - at));
      byte[] part = Exchange.bytes(segment.content(in));
      content.write(part, 0, part.length);
      complete = segment.complete(in);
      assertThat(in.hasRemaining()).isFalse();
    }
    assertThat(complete).isTrue();
    return content.toByteArray();
  }

  private static byte[] header(ByteBuffer in) {
    byte[] header = new byte[FrameHeader.BYTES];
    in.get(header);
    return header;
  }

  private static byte[] ends(byte[] frame) {
    return ByteBuffer.allocate(8).put(frame, 0, 4).put(frame, frame.length - 4, 4).array();
  }

  /** CRC-32C bit by bit, to check the JDK's with. */
  private static int crc32c(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        crc = crc >>> 1 ^ (0x82f63b78 & -(crc & 1));
      }
    }
    return ~crc;
  }

  /** The generator x^32 + ... + 1 as 33 bits of a message, the lowest bit of a byte first. */
  private static byte[] generator() {
    long bits = 1L << 32 | 0x1edc6f41L;
    byte[] bytes = new byte[5];
    for (int i = 0; i <= 32; i++) {
      bytes[i / 8] |= (byte) ((bits >>> (32 - i) & 1) << i % 8);
    }
    return bytes;
  }

  private static byte[] content(int seed, int bytes) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }
}
