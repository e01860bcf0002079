package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.LookupTag;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a ticket is worth nothing any more: its time, the end of its process, and many at once. */
@Timeout(60)
class TicketLifeTest {

  /**
   * So short that all of a test passes between two looks of the event loops at their deadlines:
   * nobody but the one who asks for the ticket can notice that it has expired.
   */
  private static final int LIFE_MS = 4;

  private static final int MANY = 1_000;
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;
  private final AtomicLong nowMs = new AtomicLong();
  private DataPlane receiver;
  private DataPlane sender;
  private Transmitter transmitter;

  @BeforeEach
  void start() throws Exception {
    receiver =
        Planes.loopback("life-receiver")
            .ticketLifetime(Duration.ofMillis(LIFE_MS))
            .inbandBytes(100)
            .start(() -> TimeUnit.MILLISECONDS.toNanos(nowMs.get()));
    sender = Planes.loopback("life-sender").start();
    transmitter = sender.transmitter(() -> List.of(receiver.address().getAddress()));
  }

  @AfterEach
  void stop() {
    sender.close();
    receiver.close();
  }

  @Test
  void shouldOpenATicketUntilItsExpiryAndNotAMillisecondAfter() throws Exception {
    BytesSink sink = Sink.bytes(10);
    try (Reception inTime = receiver.receptions().open(sink)) {
      nowMs.addAndGet(LIFE_MS - 1);
      inTime.await(transmitter.transmit(Source.bytes(CONTENT), inTime.stub()));
      assertThat(sink.toByteArray()).isEqualTo(CONTENT);
    }
    try (Reception late = receiver.receptions().open(Sink.bytes(10))) {
      nowMs.addAndGet(LIFE_MS + 1);
      assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), late.stub())))
          .isEqualTo(Code.EXPIRED);
      assertEndedExpired(late);
      assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), late.stub())))
          .isEqualTo(Code.UNKNOWN_TICKET);
      assertNothingIsLeftOf(List.of(late));
    }
  }

  @Test
  void shouldTakeAnObjectInItsConfirmationUntilTheExpiryAndNotAMillisecondAfter() throws Exception {
    BytesSink sink = Sink.bytes(10);
    try (Reception inTime = receiver.receptions().open(sink)) {
      Confirmation confirmation = inband(inTime);
      nowMs.addAndGet(LIFE_MS - 1);
      inTime.await(confirmation);
      assertThat(sink.toByteArray()).isEqualTo(CONTENT);
    }
    try (Reception late = receiver.receptions().open(Sink.bytes(10))) {
      Confirmation confirmation = inband(late);
      nowMs.addAndGet(LIFE_MS + 1);
      assertThat(code(() -> late.await(confirmation))).isEqualTo(Code.EXPIRED);
      assertEndedExpired(late);
      assertNothingIsLeftOf(List.of(late));
    }
  }

  private Confirmation inband(Reception reception) throws TransferException {
    Confirmation confirmation =
        transmitter.transmit(Source.bytes(CONTENT), receiver.offerInband(reception.stub()));
    assertThat(confirmation.mode()).isEqualTo(Mode.INBAND);
    return confirmation;
  }

  private void assertEndedExpired(Reception reception) {
    assertThat(reception.transfer().receipt().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.EXPIRED))
        .withMessage("nobody opened the reception within " + LIFE_MS + " ms");
    assertThat(receiver.registry().find(LookupTag.of(reception.stub().ticket().secret()))).isNull();
  }

  @Test
  void shouldOpenNothingWithATicketOfAnEarlierProcessOnTheSamePort() throws Exception {
    ReceptionStub old = receiver.receptions().open(Sink.bytes(10)).stub();
    InetSocketAddress port = receiver.address();
    receiver.close();
    assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), old)))
        .isEqualTo(Code.UNREACHABLE);
    receiver = Planes.loopback("life-receiver").bind(port).start();
    BytesSink sink = Sink.bytes(10);
    try (Reception fresh = receiver.receptions().open(sink)) {
      assertThat(old.endpoints()).isEqualTo(fresh.stub().endpoints());
      assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), old)))
          .isEqualTo(Code.UNKNOWN_TICKET);
      fresh.await(transmitter.transmit(Source.bytes(CONTENT), fresh.stub()));
      assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), old)))
          .as("over the connection that is warm now")
          .isEqualTo(Code.UNKNOWN_TICKET);
      assertThat(sink.toByteArray()).isEqualTo(CONTENT);
    }
  }

  @Test
  void shouldExpireAThousandOfOneLifetimeTogetherAndLeaveNothing() throws Exception {
    Set<String> threads = threads();
    List<Reception> receptions = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Path file = folder.resolve("file-" + i);
      receptions.add(
          receiver.receptions().open(i % 2 == 0 ? Sink.file(file) : Sink.resumableFile(file)));
    }
    nowMs.addAndGet(Duration.ofMinutes(1).toMillis());
    for (Reception reception : receptions) {
      assertEndedExpired(reception);
    }
    for (Reception reception : receptions) {
      assertThat(code(() -> transmitter.transmit(Source.bytes(CONTENT), reception.stub())))
          .isEqualTo(Code.UNKNOWN_TICKET);
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(threads).containsAll(threads());
    assertNothingIsLeftOf(receptions);
  }

  private void assertNothingIsLeftOf(List<Reception> receptions) throws InterruptedException {
    assertThat(receiver.drain(Duration.ofSeconds(10))).as("whether all have ended").isTrue();
    assertThat(receptions)
        .allSatisfy(one -> assertThat(receiver.registry().find(one.stub())).isNull());
  }

  /** The names of the threads of this test's data planes, but for those that end when idle. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("life-") && !name.contains("disk"))
        .collect(Collectors.toSet());
  }

  private static Code code(ThrowingCallable call) {
    TransferException refused = catchThrowableOfType(TransferException.class, call);
    assertThat(refused).as("a refusal").isNotNull();
    return refused.code();
  }
}
