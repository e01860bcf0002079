package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener does when a connection was lost: section 7 of the wire format. */
@Timeout(60)
class ReceptionReopenedTest {

  private static final int TRIES = 2_000;
  private static final byte[] OBJECT = {10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
  private static final OpenRequest SEALED = Exchange.request(OBJECT.length);
  private static final OpenRequest CLEAR =
      Exchange.request(Protection.AUTHENTICATION, OBJECT.length);

  @TempDir Path folder;
  private DataPlane plane;
  private Reception reception;
  private Secret secret;

  /** A connection that is open. */
  private record Session(RawPeer peer, Opened opened, SegmentSealer sealer)
      implements AutoCloseable {

    byte[] data(int from, int to, boolean last) throws TransferException {
      byte[] part = Arrays.copyOfRange(OBJECT, from, to);
      byte[] frame = new byte[FrameHeader.BYTES + part.length + FrameHeader.TAG_BYTES];
      sealer.seal(part, part.length, last, frame);
      return frame;
    }

    byte[] clear(int from, int to) {
      return RawPeer.clear(sealer, Arrays.copyOfRange(OBJECT, from, to));
    }

    Outcome outcome() throws Exception {
      byte[] frame = peer.read();
      return opened.keys().openReceipt(frame, frame.length);
    }

    @Override
    public void close() throws Exception {
      peer.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    start(Duration.ofSeconds(20));
  }

  private void start(Duration reopen) throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("reopened")
            .floor(Protection.AUTHENTICATION)
            .reopenDeadline(reopen)
            .start();
    reception = plane.receptions().open(Sink.file(folder.resolve("object")));
    secret = reception.stub().ticket().secret();
  }

  @AfterEach
  void stop() {
    reception.close();
    plane.close();
  }

  @Test
  void shouldGoOnBehindWhatWasVerified() throws Exception {
    String binding = cutAfter(SEALED, 4);
    try (Session again = open(SEALED)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(4);
      assertThat(again.opened.keys().binding()).isNotEqualTo(binding);
      again.peer.send(again.data(4, 10, true));
      completes(again);
    }
  }

  @Test
  void shouldGoOnAfterACorruptSegment() throws Exception {
    try (Session first = open(SEALED)) {
      byte[] right = first.data(0, 3, false);
      byte[] wrong = first.data(3, 8, false);
      wrong[6]++;
      first.peer.send(right, wrong);
      Outcome outcome = first.outcome();
      assertThat(outcome.failure().code()).isEqualTo(Code.CORRUPT);
      assertThat(outcome.bytes()).isEqualTo(3);
    }
    try (Session again = open(SEALED)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(3);
      again.peer.send(again.data(3, 10, true));
      completes(again);
    }
  }

  @Test
  void shouldOnlyLackTheEndWhenEveryByteCame() throws Exception {
    cutAfter(SEALED, 10);
    try (Session again = open(SEALED)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(10);
      again.peer.send(again.data(10, 10, true));
      completes(again);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGoOnBehindTheLastPartInClearWhoseChecksumWasRight(boolean wrongChecksum)
      throws Exception {
    try (Session first = open(CLEAR)) {
      byte[] whole = first.clear(0, 4);
      byte[] part = first.clear(4, 9);
      part[part.length - 1]++;
      first.peer.send(whole, wrongChecksum ? part : Arrays.copyOf(part, part.length - 6));
      first.peer.finish();
      Outcome outcome = first.outcome();
      assertThat(outcome.failure().code()).isEqualTo(wrongChecksum ? Code.CORRUPT : Code.TRUNCATED);
      assertThat(outcome.bytes()).isEqualTo(4);
    }
    try (Session again = open(CLEAR)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(4);
      again.peer.send(again.clear(4, 10), RawPeer.lastOfClear(again.sealer));
      completes(again);
    }
  }

  @Test
  void shouldBeOpenedAgainOnlyByTheSameTransmission() throws Exception {
    cutAfter(SEALED, 4);
    List<OpenRequest> others =
        List.of(
            CLEAR,
            OpenRequest.toListener(Protection.PRIVACY, 10, 0, new UUID(1, 2), 65_536, ""),
            OpenRequest.toListener(Protection.PRIVACY, 9, 0, Exchange.TRANSMISSION, 65_536, ""),
            OpenRequest.toListener(Protection.PRIVACY, -1, 0, Exchange.TRANSMISSION, 65_536, ""),
            OpenRequest.toListener(Protection.PRIVACY, 10, 0, Exchange.TRANSMISSION, 65_535, ""),
            OpenRequest.toListener(Protection.PRIVACY, 10, 0, Exchange.TRANSMISSION, 65_536, "x"));
    for (OpenRequest other : others) {
      refusedSealed(other);
    }
    try (Session again = open(SEALED)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(4);
      again.peer.send(again.data(4, 10, true));
      completes(again);
    }
  }

  @Test
  void shouldGiveTheReceiptAgainToTheSameTransmissionAlone() throws Exception {
    try (Session first = open(SEALED)) {
      first.peer.send(first.data(0, 10, true));
      completes(first);
    }
    refusedSealed(OpenRequest.toListener(Protection.PRIVACY, 10, 0, new UUID(1, 2), 65_536, ""));
    for (int i = 0; i < 2; i++) {
      try (Session again = open(SEALED)) {
        assertThat(again.opened.acceptance().offset()).isEqualTo(10);
        again.peer.send(again.data(10, 10, true));
        assertThat(again.outcome()).isEqualTo(new Outcome(10, again.sealer.digest(), null));
      }
    }
  }

  @Test
  void shouldGiveTheReceiptOfAnObjectInClearAgain() throws Exception {
    try (Session first = open(CLEAR)) {
      first.peer.send(first.clear(0, 10), RawPeer.lastOfClear(first.sealer));
      completes(first);
    }
    try (Session again = open(CLEAR)) {
      again.peer.send(RawPeer.lastOfClear(again.sealer));
      assertThat(again.outcome()).isEqualTo(new Outcome(10, again.sealer.digest(), null));
    }
  }

  @Test
  void shouldGiveNoReceiptAgainForAnythingButAnEmptyEnd() throws Exception {
    try (Session first = open(SEALED)) {
      first.peer.send(first.data(0, 10, true));
      completes(first);
    }
    try (Session more = open(SEALED)) {
      more.peer.send(more.data(9, 10, true));
      assertThat(more.peer.read()).isEmpty();
    }
    try (Session abort = open(SEALED)) {
      abort.peer.send(
          Exchange.bytes(abort.sealer.abort(new TransferException(Code.CANCELLED, "late"))));
      assertThat(abort.peer.read()).isEmpty();
    }
    assertThat(folder.resolve("object")).hasBinaryContent(OBJECT);
    assertThat(reception.transfer().receipt().toCompletableFuture()).isCompleted();
  }

  @Test
  void shouldNotGoOnWhenTheLengthIsNotKnown() throws Exception {
    try (Session first = open(Exchange.request(-1))) {
      first.peer.send(first.data(0, 4, false));
      first.peer.finish();
      assertThat(first.outcome().failure().code()).isEqualTo(Code.TRUNCATED);
    }
    hasFailed(Code.TRUNCATED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"SOURCE_FAILED", "CANCELLED", "PROTOCOL", "SHUTTING_DOWN"})
  void shouldNotGoOnAfterAnAbortThatIsMeant(Code code) throws Exception {
    try (Session first = open(SEALED)) {
      TransferException why = new TransferException(code, "meant");
      first.peer.send(first.data(0, 4, false), Exchange.bytes(first.sealer.abort(why)));
      assertThat(first.outcome().failure().code()).isEqualTo(code);
    }
    hasFailed(code);
  }

  @Test
  void shouldGoOnAfterAnAbortBecauseNothingMoved() throws Exception {
    try (Session first = open(SEALED)) {
      TransferException why = new TransferException(Code.TIMEOUT, "no byte taken");
      first.peer.send(first.data(0, 4, false), Exchange.bytes(first.sealer.abort(why)));
      assertThat(first.outcome().failure().code()).isEqualTo(Code.TIMEOUT);
    }
    try (Session again = open(SEALED)) {
      assertThat(again.opened.acceptance().offset()).isEqualTo(4);
      again.peer.send(again.data(4, 10, true));
      completes(again);
    }
  }

  @Test
  void shouldNotKeepPartsInClearThatTheEndDisowned() throws Exception {
    try (Session first = open(CLEAR)) {
      first.clear(0, 10);
      byte[] forged =
          RawPeer.clear(Exchange.of(3).atDialer.keys().sealer(AesGcm.JDK), new byte[10]);
      first.peer.send(forged, RawPeer.lastOfClear(first.sealer));
      assertThat(first.outcome().failure().code()).isEqualTo(Code.CORRUPT);
    }
    try (Session again = open(CLEAR)) {
      assertThat(again.opened.acceptance().offset()).isZero();
      again.peer.send(again.clear(0, 10), RawPeer.lastOfClear(again.sealer));
      completes(again);
    }
  }

  @Test
  void shouldFailWithTheLossWhenNobodyComesBack() throws Exception {
    stop();
    start(Duration.ofMillis(100));
    cutAfter(SEALED, 4);
    hasFailed(Code.TRUNCATED);
    assertThat(folder).isEmptyDirectory();
  }

  /** Brings the first bytes, ends the connection, and gives its binding. */
  private String cutAfter(OpenRequest request, int bytes) throws Exception {
    try (Session session = open(request)) {
      assertThat(session.opened.acceptance().offset()).isZero();
      session.peer.send(session.data(0, bytes, false), new byte[] {0x10, 0, 0});
      session.peer.finish();
      Outcome outcome = session.outcome();
      assertThat(outcome.failure().code()).isEqualTo(Code.TRUNCATED);
      assertThat(outcome.bytes()).isEqualTo(bytes);
      assertThat(outcome.digest()).isEqualTo(session.sealer.digest());
      return session.opened.keys().binding();
    }
  }

  private void completes(Session session) throws Exception {
    assertThat(session.outcome()).isEqualTo(new Outcome(10, session.sealer.digest(), null));
    var receipt = reception.transfer().receipt().toCompletableFuture().get();
    assertThat(receipt.digest()).isEqualTo(session.sealer.digest());
    assertThat(receipt.bytes()).isEqualTo(10);
    assertThat(folder.resolve("object")).hasBinaryContent(OBJECT);
  }

  /**
   * Opens as a dialer does that comes again: until the listener has noticed that the connection
   * before is gone.
   */
  private Session open(OpenRequest request) throws Exception {
    for (int i = 1; ; i++) {
      RawPeer peer = RawPeer.dial(plane.address());
      try {
        Opened opened = peer.open(secret, request);
        return new Session(peer, opened, opened.keys().sealer(AesGcm.JDK));
      } catch (TransferException e) {
        peer.close();
        if (i == TRIES || e.code() != Code.UNKNOWN_TICKET) {
          throw e;
        }
      }
    }
  }

  private void refusedSealed(OpenRequest request) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      try (RawPeer peer = RawPeer.dial(plane.address())) {
        DialerOpening dialer;
        try {
          dialer = peer.challenged(secret, request);
        } catch (TransferException e) {
          continue;
        }
        byte[] answer = peer.read();
        assertThat(answer.length).isGreaterThan(FrameHeader.BYTES + FrameHeader.TAG_BYTES);
        refused(Code.UNKNOWN_TICKET, () -> dialer.accepted(answer, answer.length));
        return;
      }
    }
    throw new AssertionError("the ticket was not advertised again");
  }

  private void hasFailed(Code code) throws Exception {
    assertThat(reception.transfer().receipt().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .satisfies(e -> assertThat(((TransferException) e.getCause()).code()).isEqualTo(code));
    try (RawPeer peer = RawPeer.dial(plane.address())) {
      peer.send(new DialerOpening(secret, new Random(1)).hello());
      assertThat(peer.read()).isEqualTo(ListenerOpening.refuseInClear(Code.UNKNOWN_TICKET));
    }
  }
}
