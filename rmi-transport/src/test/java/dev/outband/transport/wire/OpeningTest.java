package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class OpeningTest {

  private final Exchange exchange;

  OpeningTest() throws TransferException {
    exchange = Exchange.of(1);
  }

  @Test
  void shouldAgreeOnRequestAcceptanceAndKeys() throws Exception {
    assertThat(exchange.atListener.request())
        .isEqualTo(Exchange.REQUEST)
        .isEqualTo(exchange.atDialer.request());
    assertThat(exchange.atDialer.acceptance()).isEqualTo(Exchange.ACCEPTANCE);
    assertThat(exchange.atDialer.keys().binding())
        .isEqualTo(exchange.atListener.keys().binding())
        .hasSize(64);
    byte[] frame = new byte[100];
    int frameBytes =
        exchange.atDialer.keys().sealer(AesGcm.JDK).seal(new byte[] {7}, 1, true, frame);
    byte[] plain = new byte[1];
    assertThat(exchange.atListener.keys().opener(AesGcm.JDK).open(frame, frameBytes, plain))
        .isEqualTo(1);
    assertThat(plain[0]).isEqualTo((byte) 7);
  }

  @Test
  void shouldNameTheTicketByItsLookupTag() throws Exception {
    assertThat(ListenerOpening.lookup(exchange.hello, exchange.hello.length))
        .isEqualTo(LookupTag.of(Exchange.secret(1)))
        .isNotEqualTo(LookupTag.of(Exchange.secret(2)));
  }

  @Test
  void shouldDeriveOtherKeysForEveryConnectionOfOneTicket() throws Exception {
    Exchange again = Exchange.of(Exchange.secret(1), 99);
    assertThat(again.atDialer.keys().binding()).isNotEqualTo(exchange.atDialer.keys().binding());
    assertThat(again.open).isNotEqualTo(exchange.open);
    assertThat(again.accepted).isNotEqualTo(exchange.accepted);
  }

  @Test
  void shouldDeriveOtherKeysIfOneEndAloneRepeatsItsNonce() throws Exception {
    DialerOpening dialer = Exchange.newDialer(1);
    ListenerOpening listener = Exchange.newListener(1, dialer.hello());
    byte[] challenge = listener.challenge(new Random(123));
    byte[] open = dialer.open(challenge, challenge.length, Exchange.REQUEST);
    assertThat(dialer.hello()).isEqualTo(exchange.hello);
    assertThat(open).hasSameSizeAs(exchange.open).isNotEqualTo(exchange.open);
  }

  @Test
  void shouldNotSendOpenToAListenerWithoutTheSecret() {
    DialerOpening dialer = Exchange.newDialer(1);
    byte[] challenge =
        new ListenerOpening(Exchange.secret(2), dialer.hello(), 57).challenge(new Random(3));
    refused(Code.NOT_PROVEN, () -> dialer.open(challenge, challenge.length, Exchange.REQUEST));
  }

  @Test
  void shouldNotBelieveADialerWithoutTheSecret() throws Exception {
    ListenerOpening listener = Exchange.newListener(1, exchange.hello);
    listener.challenge(new Random(4));
    refused(Code.CORRUPT, () -> listener.request(exchange.open, exchange.open.length));
    assertThat(listener.dialerProven()).isFalse();
  }

  @Test
  void shouldNotOpenAReplayedConnection() {
    ListenerOpening listener = Exchange.newListener(1, exchange.hello);
    assertThat(listener.challenge(new Random(5))).isNotEqualTo(exchange.challenge);
    refused(Code.CORRUPT, () -> listener.request(exchange.open, exchange.open.length));
    DialerOpening dialer = new DialerOpening(Exchange.secret(1), new Random(6));
    refused(
        Code.NOT_PROVEN,
        () -> dialer.open(exchange.challenge, exchange.challenge.length, Exchange.REQUEST));
  }

  @Test
  void shouldOpenNoFrameThatIsReflectedToItsSender() throws Exception {
    DialerOpening dialer = Exchange.newDialer(1);
    byte[] challenge = Exchange.newListener(1, dialer.hello()).challenge(new Random(~1));
    refused(Code.PROTOCOL, () -> Exchange.newDialer(1).open(exchange.hello, 57, Exchange.REQUEST));
    byte[] open = dialer.open(challenge, challenge.length, Exchange.REQUEST);
    refused(Code.PROTOCOL, () -> dialer.accepted(open, open.length));
    open[0] = (byte) FrameType.ACCEPTED.number();
    refused(Code.CORRUPT, () -> dialer.accepted(open, open.length));
  }

  @Test
  void shouldTellTheDialerWhyItIsRefused() throws Exception {
    for (Code code : Code.values()) {
      DialerOpening dialer = Exchange.newDialer(7);
      ListenerOpening listener = Exchange.newListener(7, dialer.hello());
      byte[] challenge = listener.challenge(new Random(8));
      byte[] open = dialer.open(challenge, challenge.length, Exchange.REQUEST);
      listener.request(open, open.length);
      byte[] refusal = listener.refuse(new TransferException(code, "because of " + code));
      assertThatThrownBy(() -> dialer.accepted(refusal, refusal.length))
          .hasMessage("because of " + code)
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void shouldBelieveThreeCodesInClearAndNoOther(Code code) {
    byte[] refusal = ListenerOpening.refuseInClear(code);
    Code believed =
        switch (code) {
          case VERSION, PROTOCOL, UNKNOWN_TICKET -> code;
          default -> Code.NOT_PROVEN;
        };
    refused(believed, () -> Exchange.newDialer(1).open(refusal, refusal.length, Exchange.REQUEST));
  }

  @Test
  void shouldNotBelieveARefusalInClearOnceTheListenerIsProven() throws Exception {
    DialerOpening dialer = Exchange.newDialer(9);
    byte[] challenge = Exchange.newListener(9, dialer.hello()).challenge(new Random(10));
    dialer.open(challenge, challenge.length, Exchange.REQUEST);
    byte[] refusal = ListenerOpening.refuseInClear(Code.VERSION);
    refused(Code.CORRUPT, () -> dialer.accepted(refusal, refusal.length));
  }

  @Test
  void shouldNameBothVersionsWhenTheyDiffer() {
    byte[] hello = exchange.hello.clone();
    hello[8] = 2;
    assertThatThrownBy(() -> ListenerOpening.lookup(hello, hello.length))
        .hasMessage("the dialer speaks version 2 of the protocol, not 1");
    byte[] longer = Arrays.copyOf(hello, 157);
    FrameHeader.write(longer, FrameType.HELLO, 153);
    refused(Code.VERSION, () -> ListenerOpening.lookup(longer, longer.length));
    byte[] refusal = ListenerOpening.refuseInClear(Code.VERSION);
    refusal[4] = 3;
    assertThatThrownBy(() -> Exchange.newDialer(1).open(refusal, refusal.length, Exchange.REQUEST))
        .hasMessage("the listener speaks version 3 of the protocol, not 1");
  }

  @Test
  void shouldNotTakeAnAcceptanceThatTheRequestDoesNotAllow() throws Exception {
    Stream.of(
            new Acceptance(1_000_001, 16_384),
            new Acceptance(0, 65_537),
            new Acceptance(0, 4095),
            new Acceptance(-1, 4096))
        .forEach(
            acceptance ->
                refused(
                    Code.PROTOCOL, () -> Acceptance.decode(acceptance.encode(), Exchange.REQUEST)));
    assertThat(
            Acceptance.decode(new Acceptance(0, 65_536).encode(), Exchange.REQUEST).segmentBytes())
        .isEqualTo(65_536);
  }

  @Test
  void shouldSealNoSecondFrameUnderAKeyForOne() {
    assertThatThrownBy(() -> exchange.listener.refuse(new TransferException(Code.INTERNAL, "late")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> exchange.listener.accept(Exchange.ACCEPTANCE))
        .isInstanceOf(IllegalStateException.class);
    TransferKeys keys = exchange.atListener.keys();
    keys.sealReceipt(new Outcome(0, "00".repeat(32), null));
    assertThatThrownBy(() -> keys.sealReceipt(new Outcome(1, "00".repeat(32), null)))
        .isInstanceOf(IllegalStateException.class);
    TransferKeys atDialer = exchange.atDialer.keys();
    atDialer.sealer(AesGcm.JDK);
    assertThatThrownBy(() -> atDialer.sealer(AesGcm.JDK)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldPrintNoKey() throws Exception {
    String secret = HexFormat.of().formatHex(Exchange.secret(1).expose());
    byte[] transcript = new byte[32];
    KeySchedule schedule = new KeySchedule(Exchange.secret(1));
    assertThat(exchange.atDialer + " " + schedule.opening(transcript))
        .doesNotContainIgnoringCase(secret)
        .contains("redacted")
        .doesNotContain("[B@");
  }

  static void refused(Code code, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
