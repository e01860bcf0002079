package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One stub under which an object comes whole or in stripes, as its transmitter likes. */
@Timeout(60)
class JoinedReceptionTest extends JoinedTransfers {

  @Test
  void shouldTakeALargeObjectInStripes() throws Exception {
    try (Reception reception = receive()) {
      assertThat(reception.stub().ticket().streams()).isEqualTo(1);
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), reception.stub());
      assertThat(confirmation.further()).hasSize(1);
      assertThat(confirmation.bytes()).isEqualTo(SIZE);
      Receipt receipt = reception.await(confirmation);
      assertThat(receipt.bytes()).isEqualTo(SIZE);
      assertThat(receipt.movedBytes()).isEqualTo(SIZE);
      assertThat(receipt.transferId()).isEqualTo(reception.transfer().id());
      assertThat(reception.transfer().bytes()).isEqualTo(SIZE);
      assertThat(reception.transfer().totalBytes()).isEqualTo(SIZE);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
    awaitIdle();
  }

  @Test
  void shouldGiveBothEndsTheSameReceipt() throws Exception {
    try (Reception reception = receive()) {
      Transmission transmission =
          planes.transmitter.start(Source.file(from), reception.stub(), Long.MAX_VALUE);
      Receipt received = reception.await(transmission.confirmation());
      Receipt sent = transmission.await();
      assertThat(sent.digest()).isEqualTo(received.digest());
      assertThat(sent.bytes()).isEqualTo(received.bytes());
      assertThat(sent.transferId()).isEqualTo(received.transferId());
      assertThat(transmission.totalBytes()).isEqualTo(SIZE);
    }
  }

  @Test
  void shouldTakeWholeWhatIsShortOrCannotBeDivided() throws Exception {
    for (Source source :
        List.of(
            Source.bytes(new byte[Tickets.SPREAD_FROM_BYTES - 1]),
            Source.stream(new ByteArrayInputStream(new byte[SIZE])),
            Source.bytes(new byte[2000]))) {
      try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
        Confirmation confirmation = planes.transmitter.transmit(source, reception.stub());
        assertThat(confirmation.further()).isEmpty();
        assertThat(reception.await(confirmation).bytes()).isPositive();
      }
    }
    awaitIdle();
  }

  @Test
  void shouldTakeTheObjectWholeFromATransmitterThatKnowsOfNoStreams() throws Exception {
    try (Reception reception = receive()) {
      ReceptionStub alone =
          new ReceptionStub(reception.stub().endpoints(), reception.stub().ticket());
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), alone);
      assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void shouldOfferNoFurtherStreamsWhenOneIsAskedFor() throws Exception {
    planes.close();
    planes = Planes.of(loopback("receiver").streams(1), loopback("sender"));
    try (Reception reception = receive()) {
      assertThat(reception.stub().further()).isEmpty();
    }
    assertThatThrownBy(() -> DataPlane.builder().streams(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("streams must be 1..64, not 0");
    assertThatThrownBy(() -> DataPlane.builder().streams(65))
        .hasMessage("streams must be 1..64, not 65");
  }

  @Test
  void shouldTakeManyStreams() throws Exception {
    planes.close();
    planes = Planes.of(loopback("receiver").streams(64), loopback("sender").streams(64));
    try (Reception reception = receive()) {
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), reception.stub());
      assertThat(confirmation.further()).hasSize(63);
      assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void shouldTakeNoMoreStreamsThanItAllowsItself() throws Exception {
    planes.close();
    planes = Planes.of(loopback("receiver").streams(3), loopback("sender"));
    try (Reception reception = receive()) {
      ReceptionStub stub = reception.stub();
      ReceptionStub begun =
          new ReceptionStub(stub.endpoints(), stub.ticket().forStream(0, 3), 0, stub.further());
      failsWith(Code.NOT_RESUMABLE, () -> planes.transmitter.transmit(Source.file(from), begun));
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), stub);
      assertThat(confirmation.further()).isEmpty();
      assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
    }
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void shouldSendWholeWhileItHasNoIdleCore() throws Exception {
    List<Transmission> slow = new ArrayList<>();
    List<Reception> waiting = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Reception reception = planes.receiver.receptions().open(Sink.bytes(SIZE));
      waiting.add(reception);
      slow.add(planes.transmitter.start(Source.file(from), reception.stub(), 1));
    }
    try (Reception reception = receive()) {
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), reception.stub());
      assertThat(confirmation.further()).isEmpty();
      assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
    }
    slow.forEach(one -> one.cancel("enough"));
    waiting.forEach(Reception::close);
  }

  @Test
  void shouldRefuseAConfirmationOfAnotherConnectionForAnyOfItsStreams() throws Exception {
    try (Reception reception = receive()) {
      Transmission slow = planes.transmitter.start(Source.file(from), reception.stub(), 1000);
      Confirmation good = slow.confirmation();
      Confirmation further = good.further().get(0);
      Confirmation forged =
          new Confirmation(
              further.transferId(),
              further.mode(),
              further.protection(),
              further.bytes(),
              further.offset(),
              further.contentTag(),
              further.endpoint(),
              good.binding(),
              further.payload());
      failsWith(Code.NOT_PROVEN, () -> reception.await(good.withFurther(List.of(forged))));
      endsWith(Code.CANCELLED, slow);
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldEndAllStreamsWhenOneIsNotConfirmed() throws Exception {
    try (Reception reception = receive()) {
      Transmission slow = planes.transmitter.start(Source.file(from), reception.stub(), 1000);
      Confirmation first = slow.confirmation().withFurther(List.of());
      failsWith(Code.NOT_PROVEN, () -> reception.await(first));
      Throwable why = slow.receipt().toCompletableFuture().handle((good, e) -> e).join();
      assertThat(((TransferException) why).code()).isIn(Code.CONNECTION_LOST, Code.CANCELLED);
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldEndBothEndsWhenEitherCancels() throws Exception {
    try (Reception reception = receive()) {
      Transmission slow = planes.transmitter.start(Source.file(from), reception.stub(), 1000);
      reception.transfer().cancel("enough");
      endsWith(Code.CANCELLED, slow);
      endsWith(Code.CANCELLED, reception.transfer());
    }
    try (Reception reception = receive()) {
      Transmission slow = planes.transmitter.start(Source.file(from), reception.stub(), 1000);
      slow.cancel("enough");
      endsWith(Code.CANCELLED, slow);
      endsWith(Code.CANCELLED, reception.transfer());
    }
    assertThat(to).doesNotExist();
    awaitIdle();
  }

  @Test
  void shouldShareALimitOfTheRateAmongItsStreams() throws Exception {
    try (Reception reception = receive()) {
      reception.transfer().limitRate(SIZE);
      Receipt receipt =
          reception.await(planes.transmitter.transmit(Source.file(from), reception.stub()));
      assertThat(receipt.duration()).isGreaterThan(Duration.ofMillis(500));
      assertThat(receipt.duration()).isLessThan(Duration.ofMillis(3000));
    }
  }

  @Test
  void shouldEndAllStreamsAtOnceWhenOneIsGivenUpThoughConnectionsAreReopened() throws Exception {
    planes.close();
    Duration hour = Duration.ofHours(1);
    planes =
        Planes.of(
            loopback("receiver").reopenDeadline(Duration.ofMillis(100)),
            loopback("sender").reopenDeadline(hour));
    try (Reception reception = receive()) {
      List<ActiveTransmission> slow = slowly(Source.file(from), reception.stub());
      Transmission both = StripedTransmission.of(slow);
      slow.get(1).end(new TransferException(Code.CONNECTION_LOST, "the test ended it"));
      endsWith(Code.CONNECTION_LOST, both);
      endsWith(Code.CONNECTION_LOST, slow.get(0));
      endsWith(Code.CONNECTION_LOST, reception.transfer());
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldTakeAllStreamsOfWhatFillsTheLastPlace() throws Exception {
    planes.close();
    planes = Planes.of(loopback("receiver").maxReceptions(1), loopback("sender"));
    try (Reception reception = receive()) {
      failsWith(Code.LIMIT_EXCEEDED, () -> planes.receiver.receptions().open(Sink.discard()));
      Confirmation confirmation = planes.transmitter.transmit(Source.file(from), reception.stub());
      assertThat(confirmation.further()).hasSize(1);
      assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
    }
  }

  @Test
  void shouldTakeAllStreamsOfWhatWasAllocatedBeforeItTakesNoMore() throws Exception {
    Reception reception = receive();
    assertThat(planes.receiver.drain(Duration.ofMillis(1))).isTrue();
    Confirmation confirmation = planes.transmitter.transmit(Source.file(from), reception.stub());
    assertThat(confirmation.further()).hasSize(1);
    assertThat(reception.await(confirmation).bytes()).isEqualTo(SIZE);
  }
}
