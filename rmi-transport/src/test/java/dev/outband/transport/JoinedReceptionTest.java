package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One stub under which an object comes whole or in stripes, as its transmitter likes. */
@Timeout(60)
class JoinedReceptionTest {

  private static final int SIZE = Tickets.SPREAD_FROM_BYTES + 123_457;
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Path from;
  private Path to;
  private Planes planes;

  @BeforeEach
  void start() throws Exception {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    from = Files.write(folder.resolve("from"), content);
    to = folder.resolve("to");
    planes = Planes.of(loopback("receiver"), loopback("sender"));
  }

  private static DataPlaneBuilder loopback(String name) {
    return Planes.loopback(name).inbandBytes(1024).reopenDeadline(Duration.ZERO);
  }

  @AfterEach
  void stop() {
    planes.close();
    assertThat(folder)
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("."));
  }

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
      Reception first = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), first.stub());
      awaitBytes(first.transfer(), SIZE / 4);
      lose(slow, first);
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
      Reception first = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), first.stub());
      awaitBytes(first.transfer(), SIZE / 4);
      lose(slow, first);
      series.startOver();
      assertThat(series.heldBytes()).isZero();
      Reception nameless = series.next();
      slow = slowly(Source.bytes(other), nameless.stub());
      awaitBytes(nameless.transfer(), SIZE / 4);
      lose(slow, nameless);
      Reception last = series.next();
      assertThat(series.heldBytes()).isZero();
      Receipt receipt = last.await(planes.transmitter.transmit(Source.bytes(other), last.stub()));
      assertThat(receipt.movedBytes()).isEqualTo(other.length);
    }
    assertThat(to).hasBinaryContent(other);
  }

  @Test
  void shouldTakeNoStreamOfAReceptionThatNobodyOpened() throws Exception {
    try (ReceptionSeries series = planes.receiver.receptions().series(Sink.file(to))) {
      ReceptionStub early = series.next().stub();
      Reception next = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), next.stub());
      ReceptionStub stale = new ReceptionStub(early.endpoints(), early.further().get(0));
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
      Reception first = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), first.stub());
      awaitBytes(first.transfer(), SIZE / 4);
      lose(slow, first);
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
      Reception first = series.next();
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), first.stub());
      awaitBytes(first.transfer(), SIZE / 4);
      lose(slow, first);
      Reception next = series.next();
      ReceptionStub whole =
          new ReceptionStub(next.stub().endpoints(), next.stub().ticket().forStream(0, 1));
      failsWith(Code.PROTOCOL, () -> planes.transmitter.transmit(Source.file(from, "v1"), whole));
    }
    assertThat(to).doesNotExist();
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
      List<ActiveTransmission> slow = slowly(Source.file(from, "v1"), first.stub());
      awaitBytes(first.transfer(), SIZE / 4);
      lose(slow, first);
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

  @Test
  void shouldSendNothingBeforeAllStreamsAreProven() throws Exception {
    try (Reception reception = receive();
        Reception other = planes.receiver.receptions().open(Sink.discard())) {
      ReceptionStub stub = reception.stub();
      Ticket dead = other.stub().further().get(0);
      ReceptionStub mixed = new ReceptionStub(stub.endpoints(), stub.ticket(), 0, List.of(dead));
      failsWith(Code.UNKNOWN_TICKET, () -> planes.transmitter.transmit(Source.file(from), mixed));
      endsWith(Code.CANCELLED, reception.transfer());
      assertThat(reception.transfer().bytes()).isZero();
    }
    awaitIdle();
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

  private Reception receive() throws TransferException {
    return planes.receiver.receptions().open(Sink.file(to));
  }

  private static List<ReceptionStub> eachStream(ReceptionStub stub) {
    List<ReceptionStub> each = new ArrayList<>();
    each.add(new ReceptionStub(stub.endpoints(), stub.ticket().forStream(0, 2)));
    for (Ticket ticket : stub.further()) {
      each.add(new ReceptionStub(stub.endpoints(), ticket));
    }
    return each;
  }

  /** As a transmitter sends in stripes, but slowly, and each is in the test's hands. */
  private List<ActiveTransmission> slowly(Source source, ReceptionStub stub) throws Exception {
    List<Ticket> tickets = new ArrayList<>(stub.further());
    tickets.add(0, stub.ticket().forStream(0, 1 + tickets.size()));
    List<Source> holds = StripedSource.of(source, tickets.size());
    List<ActiveTransmission> each = new ArrayList<>();
    for (Ticket ticket : tickets) {
      Source hold = holds.get(each.size());
      hold.open(planes.sender.threads().blocking());
      ActiveTransmission one =
          planes.sender.launch(
              ticket,
              hold,
              List.of(
                  new ActiveTransmission.Candidate(
                      stub.endpoints().get(0), planes.receiver.address())),
              SIZE / 4,
              false);
      Confirmation unused = one.confirmed().get();
      each.add(one);
    }
    return each;
  }

  /** Has the transmitter give up for a reason that may pass, at both ends. */
  private static void lose(List<ActiveTransmission> transmissions, Reception reception) {
    TransferException lost = new TransferException(Code.CONNECTION_LOST, "the test ended it");
    transmissions.forEach(one -> one.end(lost));
    transmissions.forEach(one -> endsWith(Code.CONNECTION_LOST, one));
    endsWith(Code.CONNECTION_LOST, reception.transfer());
  }

  private void awaitIdle() {
    while (planes.receiver.running() + planes.sender.running() > 0) {
      Thread.onSpinWait();
    }
  }

  private static void awaitBytes(Transfer transfer, long bytes) {
    while (transfer.bytes() < bytes) {
      Thread.onSpinWait();
    }
  }

  private static void endsWith(Code code, Transfer transfer) {
    assertThat(transfer.receipt().toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void failsWith(Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
