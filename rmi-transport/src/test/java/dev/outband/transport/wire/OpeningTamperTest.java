package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No frame of an opening can be changed by one bit, or cut, without a typed end: the keys never
 * come to be.
 */
@Timeout(60)
class OpeningTamperTest {

  private static final long SEED = 11;
  private static final Set<Code> TYPED =
      EnumSet.of(Code.PROTOCOL, Code.VERSION, Code.NOT_PROVEN, Code.CORRUPT);

  private final Exchange exchange;

  OpeningTamperTest() throws TransferException {
    exchange = Exchange.of(SEED);
  }

  /** One step of an opening, given a frame. */
  private interface Step {
    void take(byte[] frame) throws TransferException;
  }

  @Test
  void shouldNotOpenWhenAnyBitOfHelloIsFlipped() {
    LookupTag tag = LookupTag.of(Exchange.secret(SEED));
    flipEveryBit(
        exchange.hello,
        hello -> {
          if (!ListenerOpening.lookup(hello, hello.length).equals(tag)) {
            throw new TransferException(Code.NOT_PROVEN, "a listener finds no ticket by this tag");
          }
          byte[] challenge = Exchange.newListener(SEED, hello).challenge(new Random(~SEED));
          Exchange.newDialer(SEED).open(challenge, challenge.length, Exchange.REQUEST);
        });
  }

  @Test
  void shouldNotOpenWhenAnyBitOfChallengeIsFlipped() {
    flipEveryBit(
        exchange.challenge,
        challenge -> Exchange.newDialer(SEED).open(challenge, challenge.length, Exchange.REQUEST));
  }

  @Test
  void shouldNotOpenWhenAnyBitOfOpenIsFlipped() {
    ListenerOpening listener = challenged();
    flipEveryBit(exchange.open, open -> listener.request(open, open.length));
    assertThat(listener.dialerProven()).isFalse();
  }

  @Test
  void shouldNotOpenWhenAnyBitOfAcceptedIsFlipped() throws Exception {
    DialerOpening dialer = opened();
    flipEveryBit(exchange.accepted, accepted -> dialer.accepted(accepted, accepted.length));
  }

  @Test
  void shouldNotOpenWhenAFrameIsCutAtAnyLength() throws Exception {
    cutEverywhere(exchange.hello, hello -> ListenerOpening.lookup(hello, hello.length));
    cutEverywhere(
        exchange.challenge,
        challenge -> Exchange.newDialer(SEED).open(challenge, challenge.length, Exchange.REQUEST));
    ListenerOpening listener = challenged();
    cutEverywhere(exchange.open, open -> listener.request(open, open.length));
    DialerOpening dialer = opened();
    cutEverywhere(exchange.accepted, accepted -> dialer.accepted(accepted, accepted.length));
    byte[] refused = exchange.accepted.clone();
    refused[0] = (byte) FrameType.REFUSED.number();
    cutEverywhere(refused, frame -> dialer.accepted(frame, frame.length));
  }

  @Test
  void shouldNotOpenWhenAFrameIsOfAnotherConnectionOfTheSameTicket() throws Exception {
    Exchange other = Exchange.of(Exchange.secret(SEED), SEED + 1);
    typed(
        () ->
            Exchange.newDialer(SEED)
                .open(other.challenge, other.challenge.length, Exchange.REQUEST));
    typed(() -> challenged().request(other.open, other.open.length));
    typed(() -> opened().accepted(other.accepted, other.accepted.length));
  }

  @Test
  void shouldNotOpenWhenAFrameStandsInThePlaceOfAnother() {
    for (byte[] frame :
        new byte[][] {exchange.hello, exchange.challenge, exchange.open, exchange.accepted}) {
      for (FrameType type : FrameType.values()) {
        byte[] moved = frame.clone();
        moved[0] = (byte) type.number();
        if (frame != exchange.challenge || type != FrameType.CHALLENGE) {
          typed(() -> Exchange.newDialer(SEED).open(moved, moved.length, Exchange.REQUEST));
        }
        if (frame != exchange.open || type != FrameType.OPEN) {
          typed(() -> challenged().request(moved, moved.length));
        }
        if (frame != exchange.accepted || type != FrameType.ACCEPTED) {
          typed(() -> opened().accepted(moved, moved.length));
        }
      }
    }
  }

  private ListenerOpening challenged() {
    ListenerOpening listener = Exchange.newListener(SEED, exchange.hello);
    listener.challenge(new Random(~SEED));
    return listener;
  }

  private DialerOpening opened() throws TransferException {
    DialerOpening dialer = Exchange.newDialer(SEED);
    dialer.open(exchange.challenge, exchange.challenge.length, Exchange.REQUEST);
    return dialer;
  }

  private static void flipEveryBit(byte[] good, Step step) {
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] frame = good.clone();
      frame[bit / 8] ^= (byte) (1 << bit % 8);
      typed(() -> step.take(frame));
    }
  }

  private static void cutEverywhere(byte[] good, Step step) {
    for (int length = FrameHeader.BYTES; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      typed(() -> step.take(cut));
      byte[] consistent = cut.clone();
      consistent[2] = (byte) ((length - FrameHeader.BYTES) >>> 8);
      consistent[3] = (byte) (length - FrameHeader.BYTES);
      typed(() -> step.take(consistent));
    }
  }

  private static void typed(ThrowingCallable action) {
    assertThat(catchThrowable(action))
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isIn(TYPED));
  }
}
