package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What is encoded is decoded to the same, and nothing outside of its bounds is decoded. */
class RoundTripTest {

  private static final int[] ONE = {0, 1};

  @Provide
  Arbitrary<OpenRequest> requests() {
    Arbitrary<String> tags = Arbitraries.strings().withCharRange('!', '~').ofMaxLength(64);
    Arbitrary<int[]> several =
        Arbitraries.integers()
            .between(1, 0xffff)
            .flatMap(
                all -> Arbitraries.integers().between(0, all - 1).map(one -> new int[] {one, all}));
    Arbitrary<Place> places =
        Combinators.combine(Arbitraries.longs().between(-1, Long.MAX_VALUE), several)
            .flatAs(
                (bytes, stream) ->
                    offsets(bytes, bytes < 0 ? ONE : stream)
                        .map(offset -> new Place(bytes, offset, bytes < 0 ? ONE : stream)));
    Arbitrary<UUID> ids =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    Arbitrary<Integer> sizes = Arbitraries.integers().between(4096, 1 << 20);
    return Combinators.combine(
            Arbitraries.of(Protection.class),
            Arbitraries.of(Direction.class),
            places,
            ids,
            sizes,
            tags)
        .as(
            (p, d, place, id, size, tag) ->
                new OpenRequest(
                    p,
                    d,
                    place.bytes(),
                    place.offset(),
                    place.stream()[0],
                    place.stream()[1],
                    id,
                    size,
                    tag));
  }

  private static Arbitrary<Long> offsets(long bytes, int[] stream) {
    long carried = Stripe.of(bytes, stream[0], stream[1]).bytes();
    return Arbitraries.longs().between(0, carried < 0 ? Long.MAX_VALUE : carried);
  }

  private record Place(long bytes, long offset, int[] stream) {}

  @Property
  void shouldGiveBackARequest(@ForAll("requests") OpenRequest request) throws TransferException {
    assertThat(OpenRequest.decode(request.encode())).isEqualTo(request);
  }

  @Property
  void shouldNameTheFieldOfARequestThatIsOutOfBounds(
      @ForAll("requests") OpenRequest good,
      @ForAll @IntRange(max = 7) int field,
      @ForAll long any) {
    Assume.that(any < 0 || any > 1 << 21);
    byte[] plain = good.encode();
    String name = spoil(plain, field, any);
    assertThatThrownBy(() -> OpenRequest.decode(plain))
        .hasMessageContaining("OPEN " + name)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.PROTOCOL));
  }

  /** Puts a value that is never right into one field. */
  private static String spoil(byte[] plain, int field, long any) {
    switch (field) {
      case 0 -> plain[0] = (byte) (any < 0 ? 0 : 4);
      case 1 -> plain[1] = (byte) (any < 0 ? 0 : 3);
      case 2 -> Arrays.fill(plain, 2, 10, (byte) 0x80);
      case 3 -> Arrays.fill(plain, 10, 18, (byte) 0x80);
      case 4 -> System.arraycopy(plain, 20, plain, 18, 2);
      case 5 -> Arrays.fill(plain, 20, 22, (byte) 0);
      case 6 -> plain[38] = (byte) (any < 0 ? 0x80 : 0x7f);
      default -> plain[42]++;
    }
    return new String[] {
          "protection",
          "direction",
          "bytes",
          "offset",
          "stream",
          "streams",
          "segmentBytes",
          "contentTag length"
        }
        [field];
  }

  @Property
  void shouldRefuseARequestOfAnotherLength(@ForAll @Size(max = 200) byte[] plain) {
    Assume.that(plain.length < 43 || plain.length > 107);
    refused(Code.PROTOCOL, () -> OpenRequest.decode(plain));
  }

  @Property
  void shouldRefuseAContentTagThatIsNotVisibleAscii(
      @ForAll("requests") OpenRequest good, @ForAll byte odd) {
    Assume.that(!good.contentTag().isEmpty() && (odd <= ' ' || odd == 0x7f));
    byte[] plain = good.encode();
    plain[plain.length - 1] = odd;
    refused(Code.PROTOCOL, () -> OpenRequest.decode(plain));
  }

  @Property
  void shouldGiveBackAnAcceptanceWithinTheRequest(
      @ForAll("requests") OpenRequest request,
      @ForAll @IntRange(min = 4096, max = 1 << 20) int size)
      throws TransferException {
    Acceptance acceptance = new Acceptance(request.offset(), size);
    if (size <= request.segmentBytes()) {
      assertThat(Acceptance.decode(acceptance.encode(), request)).isEqualTo(acceptance);
    } else {
      refused(Code.PROTOCOL, () -> Acceptance.decode(acceptance.encode(), request));
    }
  }

  @Property
  void shouldTakeAnAcceptanceThatStartsWithinTheObject(
      @ForAll("requests") OpenRequest request, @ForAll long anywhere) throws TransferException {
    long carried = request.stripe().bytes();
    long end = carried < 0 ? Long.MAX_VALUE : carried;
    for (long offset :
        new long[] {request.offset(), request.offset() - 1, end, end + 1, anywhere}) {
      byte[] plain = new Acceptance(offset, 4096).encode();
      if (offset >= request.offset() && offset <= end) {
        assertThat(Acceptance.decode(plain, request)).isEqualTo(new Acceptance(offset, 4096));
      } else {
        refused(Code.PROTOCOL, () -> Acceptance.decode(plain, request));
      }
    }
  }

  @Property
  void shouldTellRequestsOfTwoTransmissionsApart(
      @ForAll("requests") OpenRequest one, @ForAll long high, @ForAll long low)
      throws TransferException {
    UUID id = new UUID(high, low);
    Assume.that(!id.equals(one.transmission()));
    byte[] plain = one.encode();
    ByteBuffer.wrap(plain).putLong(22, high).putLong(30, low);
    OpenRequest other = OpenRequest.decode(plain);
    assertThat(other.transmission()).isEqualTo(id);
    assertThat(other).isNotEqualTo(one);
  }

  @Property
  void shouldGiveBackAFailureAndPrintNoControlCharacter(
      @ForAll Code code, @ForAll @StringLength(max = 300) String message) throws TransferException {
    byte[] plain = WireCodes.encode(code, message);
    assertThat(plain).hasSizeLessThanOrEqualTo(257);
    TransferException read = WireCodes.decode(plain);
    assertThat(read.code()).isEqualTo(code);
    if (message.getBytes(StandardCharsets.UTF_8).length <= 256) {
      assertThat(read).hasMessage(new TransferException(code, wellFormed(message)).getMessage());
    }
    assertThat(read.getMessage().chars()).noneMatch(Character::isISOControl);
  }

  @Property
  void shouldGiveBackAnOutcome(
      @ForAll @LongRange(min = 0) long bytes,
      @ForAll @Size(32) byte[] digest,
      @ForAll Code code,
      @ForAll boolean good)
      throws TransferException {
    String hex = HexFormat.of().formatHex(digest);
    Outcome outcome = new Outcome(bytes, hex, good ? null : new TransferException(code, "because"));
    Outcome read = Outcome.decode(outcome.encode());
    assertThat(read.bytes()).isEqualTo(bytes);
    assertThat(read.digest()).isEqualTo(hex);
    if (good) {
      assertThat(read.failure()).isNull();
    } else {
      assertThat(read.failure()).hasMessage("because");
      assertThat(read.failure().code()).isEqualTo(code);
    }
  }

  @Property
  void shouldRefuseAnOutcomeOutOfBounds(
      @ForAll @LongRange(max = -1, min = Long.MIN_VALUE) long bytes) {
    refused(
        Code.PROTOCOL, () -> Outcome.decode(new Outcome(bytes, "00".repeat(32), null).encode()));
    byte[] good = new Outcome(0, "00".repeat(32), null).encode();
    refused(Code.PROTOCOL, () -> Outcome.decode(Arrays.copyOf(good, 40)));
    refused(Code.PROTOCOL, () -> Outcome.decode(Arrays.copyOf(good, 42)));
    refused(Code.PROTOCOL, () -> Outcome.decode(Arrays.copyOf(good, 41 + 257)));
  }

  @Property(tries = 100)
  void shouldGiveBackAnObjectWhateverItsSegments(
      @ForAll long seed, @ForAll @Size(min = 1, max = 8) int[] lengths) throws TransferException {
    Exchange exchange = Exchange.of(seed);
    SegmentSealer sealer = exchange.atDialer.keys().sealer(AesGcm.JDK);
    SegmentOpener opener = exchange.atListener.keys().opener(AesGcm.JDK);
    byte[] frame = new byte[FrameHeader.BYTES + 4096 + FrameHeader.TAG_BYTES];
    byte[] plain = new byte[4096];
    for (int i = 0; i < lengths.length; i++) {
      boolean last = i == lengths.length - 1;
      byte[] content =
          new byte[last ? Math.floorMod(lengths[i], 4097) : 1 + Math.floorMod(lengths[i], 4096)];
      new Random(seed + i).nextBytes(content);
      int frameBytes = sealer.seal(content, content.length, last, frame);
      assertThat(FrameHeader.frameBytes(frame, 4096)).isEqualTo(frameBytes);
      assertThat(opener.open(frame, frameBytes, plain)).isEqualTo(content.length);
      assertThat(Arrays.copyOf(plain, content.length)).isEqualTo(content);
    }
    assertThat(opener.complete()).isTrue();
    assertThat(opener.digest()).isEqualTo(sealer.digest());
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
