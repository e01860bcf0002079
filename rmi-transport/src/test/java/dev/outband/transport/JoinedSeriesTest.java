package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.FurtherStream;
import dev.outband.api.Mode;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.transport.wire.Stripe;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receptions one after the other that fill one sink, each for all streams that lack a receipt. */
@Timeout(60)
class JoinedSeriesTest extends JoinedTransfers {

  @Test
  void shouldTakeAShortObjectInTheConfirmation() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      Reception reception = series.next();
      Confirmation confirmation =
          planes.transmitter.transmit(
              Source.bytes(new byte[100]), planes.receiver.offerInband(reception.stub()));
      assertThat(confirmation.mode()).isEqualTo(Mode.INBAND);
      assertThat(reception.await(confirmation).bytes()).isEqualTo(100);
    }
    assertThat(to).hasSize(100);
    awaitIdle();
  }

  @Test
  void shouldLeaveNothingWhenNobodyOpensIt() throws Exception {
    Reception closed = receive();
    closed.close();
    endsWith(Code.CANCELLED, closed.transfer());
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      Reception first = series.next();
      Reception second = series.next();
      endsWith(Code.CANCELLED, first.transfer());
      assertThat(second.stub().further()).hasSize(1);
      assertThat(series.heldBytes()).isZero();
    }
    awaitIdle();
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldGoOnWithEachStreamWhereItStopped() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      loseInTheMidst(series.next());
      Reception next = series.next();
      long held = series.heldBytes();
      assertThat(held).isGreaterThanOrEqualTo(SIZE / 4);
      assertThat(next.stub().ticket().streams()).isEqualTo(2);
      assertThat(next.stub().further()).hasSize(1);
      assertThat(next.stub().ticket().offset() + next.stub().further().get(0).offset())
          .isEqualTo(held);
      failsWith(
          Code.CONTENT_CHANGED,
          () -> planes.transmitter.transmit(Source.file(from, "v2"), next.stub()));
      Receipt receipt =
          next.await(planes.transmitter.transmit(Source.file(from, "v1"), next.stub()));
      assertThat(receipt.bytes()).isEqualTo(SIZE);
      assertThat(receipt.offset()).isEqualTo(held);
      assertThat(series.stop()).isTrue();
      assertThat(series.heldBytes()).isEqualTo(SIZE);
      assertThatThrownBy(series::next).isInstanceOf(IllegalStateException.class);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void shouldAskForTheStreamAloneThatHasNoReceipt() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      Reception first = series.next();
      List<ReceptionStub> each = eachStream(first.stub());
      Transmission one = planes.transmitter.start(Source.file(from, "v1"), each.get(0));
      ActiveTransmission other =
          (ActiveTransmission) planes.transmitter.start(Source.file(from, "v1"), each.get(1), 1);
      one.await();
      lose(List.of(other), first);
      Reception next = series.next();
      ReceptionStub stub = next.stub();
      assertThat(stub.further()).isEmpty();
      assertThat(stub.ticket().stream()).isEqualTo(1);
      Receipt receipt = next.await(planes.transmitter.transmit(Source.file(from, "v1"), stub));
      assertThat(receipt.bytes()).isEqualTo(SIZE);
      assertThat(receipt.movedBytes()).isBetween(SIZE / 2 - 70_000L, SIZE / 2 + 70_000L);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void shouldStartOverWhenTheContentHasChangedOrHasNoName() throws Exception {
    byte[] other = new byte[SIZE - 10];
    new Random(2).nextBytes(other);
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      loseInTheMidst(series.next());
      series.startOver();
      assertThat(series.heldBytes()).isZero();
      Reception nameless = series.next();
      List<ActiveTransmission> slow = slowly(Source.bytes(other), nameless.stub());
      awaitBytes(nameless.transfer(), SIZE / 4);
      lose(slow, nameless);
      Reception last = series.next();
      assertThat(series.heldBytes()).isZero();
      Receipt receipt = last.await(planes.transmitter.transmit(Source.bytes(other), last.stub()));
      assertThat(receipt.movedBytes()).isEqualTo(other.length);
    }
    assertThat(to).hasBinaryContent(other);
  }

  /** Its first stream's receipt is held up behind those who wait for that one alone. */
  @Test
  void shouldGoOnOnlyWhenTheReceptionBeforeHasEnded() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      Reception first = series.next();
      CountDownLatch wentOn = new CountDownLatch(1);
      CompletableFuture<Boolean> heldUp =
          planes
              .receiver
              .registry()
              .find(first.stub())
              .receipt()
              .handle((good, why) -> await(wentOn))
              .toCompletableFuture();
      Reception second = series.next();
      assertThat(first.transfer().receipt().toCompletableFuture()).isCompletedExceptionally();
      wentOn.countDown();
      assertThat(heldUp.join()).isFalse();
      second.close();
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(300, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldTakeNoStreamOfAReceptionThatNobodyOpened() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      ReceptionStub early = series.next().stub();
      Reception next = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), next.stub());
      ReceptionStub stale = ofFurther(early, early.further().get(0));
      failsWith(
          Code.UNKNOWN_TICKET, () -> planes.transmitter.transmit(Source.file(from, "v1"), stale));
      slow.forEach(one -> one.limitRate(Long.MAX_VALUE));
      Receipt receipt = next.await(StripedTransmission.of(slow).confirmation());
      assertThat(receipt.bytes()).isEqualTo(SIZE);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
    awaitIdle();
  }

  @Test
  void shouldNotTakeTheRestOfAStripeFromAnObjectOfAnotherLength() throws Exception {
    Path shorter = Files.write(folder.resolve("shorter"), new byte[SIZE - 100_000]);
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      loseInTheMidst(series.next());
      Reception next = series.next();
      failsWith(
          Code.CONTENT_CHANGED,
          () -> planes.transmitter.transmit(Source.file(shorter, "v1"), next.stub()));
      endsWith(Code.CONTENT_CHANGED, next.transfer());
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldNotTakeTheObjectWholeWhenItHasBegunInStripes() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      loseInTheMidst(series.next());
      Reception next = series.next();
      ReceptionStub whole =
          new ReceptionStub(next.stub().endpoints(), next.stub().ticket().forStream(0, 1));
      failsWith(Code.PROTOCOL, () -> planes.transmitter.transmit(Source.file(from, "v1"), whole));
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldSendNothingBeforeAllStreamsAreProven() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      loseInTheMidst(series.next());
      for (int bit = 0; bit < Long.SIZE; bit++) {
        Reception next = series.next();
        FurtherStream further = next.stub().further().get(0);
        long elsewhere = further.offset() ^ 1L << bit;
        if (elsewhere >= 0) {
          notOpened(next, new FurtherStream(further.stream(), further.streams(), elsewhere));
        }
      }
    }
    awaitIdle();
  }

  /**
   * The further stream is not where it should be: the first is opened and it is not, or, where no
   * stripe has such a place, neither is dialed.
   */
  private void notOpened(Reception reception, FurtherStream further) {
    ReceptionStub stub = reception.stub();
    ReceptionStub flipped = new ReceptionStub(stub.endpoints(), stub.ticket(), 0, List.of(further));
    boolean isInItsStripe = further.offset() <= SIZE - stripeStart(further);
    failsWith(
        isInItsStripe ? Code.PROTOCOL : Code.LIMIT_EXCEEDED,
        () -> planes.transmitter.transmit(Source.file(from, "v1"), flipped));
    if (isInItsStripe) {
      endsWith(Code.CANCELLED, reception.transfer());
    }
    assertThat(reception.transfer().bytes()).isZero();
  }

  /** Both streams have brought something when they are lost. */
  private void loseInTheMidst(Reception reception) throws Exception {
    List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), reception.stub());
    awaitBytes(reception.transfer(), SIZE / 4);
    lose(slow, reception);
  }

  private static long stripeStart(FurtherStream further) {
    return Stripe.of(SIZE, further.stream(), further.streams()).start();
  }

  @Test
  void shouldSendNoMoreThanItMay() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      Reception first = series.next();
      failsWith(
          Code.LIMIT_EXCEEDED,
          () ->
              planes.transmitter.send(
                  Source.file(from, "v1"), first.stub(), Long.MAX_VALUE, SIZE - 1));
      assertThat(first.transfer().bytes()).isZero();
      loseInTheMidst(first);
      Reception next = series.next();
      long rest = SIZE - series.heldBytes();
      failsWith(
          Code.LIMIT_EXCEEDED,
          () ->
              planes.transmitter.send(
                  Source.file(from, "v1"), next.stub(), Long.MAX_VALUE, rest - 1));
      Transmission good =
          planes.transmitter.send(Source.file(from, "v1"), next.stub(), Long.MAX_VALUE, rest);
      assertThat(next.await(good.confirmation()).movedBytes()).isEqualTo(rest);
    }
    try (Reception whole = planes.receiver.receptions().open(Sink.bytes(SIZE))) {
      Transmission cut =
          planes.transmitter.send(
              Source.stream(new ByteArrayInputStream(new byte[SIZE])),
              new ReceptionStub(whole.stub().endpoints(), whole.stub().ticket()),
              Long.MAX_VALUE,
              1000);
      endsWith(Code.LIMIT_EXCEEDED, cut);
      assertThat(whole.transfer().bytes()).isLessThanOrEqualTo(1000);
    }
  }
}
