package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.ReceptionSeries;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A transfer that has failed for good is resumed by another one, into the same sink, as if from
 * another server. Connections are not reopened here.
 */
@Timeout(120)
class ResumeTest {

  private static final int SIZE = 2_000_000;
  private static final int SEGMENT = 262_144;
  private static final int OPENING = 400;
  private static final long SEED = 20_261_124;
  private static final String TAG = "v1";

  @TempDir Path folder;
  private byte[] content;
  private Path from;
  private Rig rig;
  private ChaosProxy proxy;

  @BeforeEach
  void write() throws Exception {
    content = new byte[SIZE];
    new Random(SEED).nextBytes(content);
    from = Files.write(folder.resolve("from"), content);
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    rig.close();
  }

  private void start(Protection level) throws Exception {
    rig =
        Rig.start(
            Rig.plane("receiver", Rig.MEDIUM).floor(level),
            Rig.plane("sender", Rig.MEDIUM).floor(level));
    proxy = ChaosProxy.to(rig.receiver.address());
  }

  @ParameterizedTest
  @EnumSource(
      value = Protection.class,
      names = {"AUTHENTICATION", "PRIVACY"})
  void shouldGoOnBehindTheLastVerifiedByteWhereverItWasCut(Protection level) throws Exception {
    start(level);
    Random random = new Random(SEED);
    for (int i = 0; i < 12; i++) {
      Path to = folder.resolve("to");
      long first = OPENING + random.nextInt(SIZE / 2);
      long second = OPENING + random.nextInt(SIZE / 3);
      CutBy how = CutBy.values()[i % CutBy.values().length];
      Set<UUID> ids = new HashSet<>();
      try (ReceptionSeries series = rig.receiver.receptions().series(Sink.file(to))) {
        long held = cut(series, first, how, ids);
        long more = cut(series, second, how, ids) - held;
        // What a reset overtakes in the network never reaches the receiver.
        if (how == CutBy.FIN) {
          assertThat(held).as("first").isGreaterThan(first - OPENING - SEGMENT);
          assertThat(more).as("then").isGreaterThan(second - OPENING - SEGMENT);
        }
        Receipt receipt = rest(series, ids);
        assertThat(receipt.offset()).isEqualTo(held + more);
        assertThat(receipt.bytes()).isEqualTo(SIZE);
      }
      assertThat(ids).as("a transfer id for each attempt").hasSize(3);
      assertThat(to).as("cut at %s, %s by %s", first, second, how).hasBinaryContent(content);
      Files.delete(to);
    }
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(from));
  }

  @ParameterizedTest
  @EnumSource(
      value = Protection.class,
      names = {"AUTHENTICATION", "PRIVACY"})
  void shouldGoOnInMemory(Protection level) throws Exception {
    start(level);
    BytesSink sink = Sink.bytes(SIZE);
    try (ReceptionSeries series = rig.receiver.receptions().series(sink)) {
      assertThat(cut(series, 1_000_000, CutBy.FIN, new HashSet<>())).isPositive();
      rest(series, new HashSet<>());
    }
    assertThat(sink.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldGoOnInAStreamThatTookABeginning() throws Exception {
    start(Protection.PRIVACY);
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    try (ReceptionSeries series = rig.receiver.receptions().series(Sink.stream(taken))) {
      assertThat(cut(series, 1_000_000, CutBy.FIN, new HashSet<>())).isPositive();
      rest(series, new HashSet<>());
    }
    assertThat(taken.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldNotJoinPartsOfTwoContents() throws Exception {
    start(Protection.PRIVACY);
    byte[] other = new byte[SIZE / 2];
    new Random(1).nextBytes(other);
    Path changed = Files.write(folder.resolve("changed"), other);
    Path to = folder.resolve("to");
    try (ReceptionSeries series = rig.receiver.receptions().series(Sink.file(to))) {
      long held = cut(series, 1_500_000, CutBy.FIN, new HashSet<>());
      Reception refused = series.next();
      failsWith(
          Code.CONTENT_CHANGED, () -> send(Source.file(changed, "v2"), refused, Plan.PASSING));
      Reception unknown = series.next();
      failsWith(
          Code.NOT_RESUMABLE,
          () -> send(Source.stream(new ByteArrayInputStream(other)), unknown, Plan.PASSING));
      assertThat(series.stop()).isFalse();
      assertThat(series.heldBytes()).isEqualTo(held);
      series.startOver();
      assertThat(series.heldBytes()).isZero();
      Receipt receipt = send(Source.file(changed, "v2"), series.next(), Plan.PASSING);
      assertThat(receipt.offset()).isZero();
      assertThat(series.stop()).isTrue();
      assertThatThrownBy(series::next).isInstanceOf(IllegalStateException.class);
    }
    assertThat(to).hasBinaryContent(other);
    Files.delete(changed);
    Files.delete(to);
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(from));
  }

  @Test
  void shouldStartOverByItselfWhenTheContentHadNoName() throws Exception {
    start(Protection.PRIVACY);
    BytesSink sink = Sink.bytes(SIZE);
    try (ReceptionSeries series = rig.receiver.receptions().series(sink)) {
      Reception lost = series.next();
      Plan cut = Plan.of(Direction.TO_LISTENER, Fault.cut(1_000_000, CutBy.FIN));
      assertThatThrownBy(() -> send(Source.bytes(content), lost, cut))
          .isInstanceOf(TransferException.class);
      assertThat(lost.transfer().bytes()).isPositive();
      assertThat(series.stop()).isFalse();
      assertThat(series.heldBytes()).isZero();
      send(Source.bytes(content), series.next(), Plan.PASSING);
    }
    assertThat(sink.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldSayThatAStreamCannotStartOver() throws Exception {
    start(Protection.PRIVACY);
    Sink stream = Sink.stream(new ByteArrayOutputStream());
    try (ReceptionSeries series = rig.receiver.receptions().series(stream)) {
      cut(series, 1_000_000, CutBy.FIN, new HashSet<>());
      assertThatThrownBy(series::startOver)
          .hasMessage("the sink cannot go back to where it goes on, offset=0")
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SINK_FAILED));
    }
  }

  @Test
  void shouldTakeTheSinkFromAReceptionThatStillRuns() throws Exception {
    start(Protection.PRIVACY);
    Path to = folder.resolve("to");
    try (ReceptionSeries series = rig.receiver.receptions().series(Sink.file(to))) {
      Reception stalled = series.next();
      Plan stall = Plan.of(Direction.TO_LISTENER, Fault.stall(1_000_000));
      proxy.next(stall);
      rig.transmitter.start(Source.file(from, TAG), at(stalled));
      Reception waiting = series.next();
      assertThat(stalled.transfer().receipt().toCompletableFuture()).isCompletedExceptionally();
      send(Source.file(from, TAG), waiting, Plan.PASSING);
    }
    assertThat(to).hasBinaryContent(content);
  }

  @Test
  void shouldLeaveNothingWhenASeriesIsClosedBeforeItsEnd() throws Exception {
    start(Protection.PRIVACY);
    Sink sink = Sink.file(folder.resolve("to"));
    try (ReceptionSeries series = rig.receiver.receptions().series(sink)) {
      cut(series, 1_000_000, CutBy.FIN, new HashSet<>());
      Reception unused = series.next();
    }
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(from));
  }

  /** Sends until the connection is cut, and says how much the sink holds then. */
  private long cut(ReceptionSeries series, long at, CutBy how, Set<UUID> ids) throws Exception {
    Reception reception = series.next();
    ids.add(reception.transfer().id());
    Plan plan = Plan.of(Direction.TO_LISTENER, Fault.cut(at, how));
    assertThatThrownBy(() -> send(Source.file(from, TAG), reception, plan))
        .isInstanceOf(TransferException.class);
    assertThat(series.stop()).isFalse();
    return series.heldBytes();
  }

  private Receipt rest(ReceptionSeries series, Set<UUID> ids) throws Exception {
    Path copy = Files.copy(from, folder.resolve("copy"));
    try {
      Reception reception = series.next();
      ids.add(reception.transfer().id());
      return send(Source.file(copy, TAG), reception, Plan.PASSING);
    } finally {
      Files.delete(copy);
    }
  }

  private Receipt send(Source source, Reception reception, Plan plan) throws Exception {
    proxy.next(plan);
    Transmission transmission = rig.transmitter.start(source, at(reception));
    Receipt received = reception.await(transmission.confirmation());
    Receipt sent = transmission.await();
    assertThat(sent.digest()).isEqualTo(received.digest());
    assertThat(sent.offset()).isEqualTo(received.offset());
    assertThat(sent.bytes()).isEqualTo(received.bytes());
    return received;
  }

  private ReceptionStub at(Reception reception) {
    return Rig.at(proxy.endpoint(), reception.stub());
  }

  private static void failsWith(
      Code code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
