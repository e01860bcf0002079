package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a dialer does when its connection was lost, and at which level it sends. */
@Timeout(60)
class TransmissionReopenedTest {

  private static final Secret SECRET = Exchange.secret(61);
  private static final byte[] OBJECT = new byte[200_000];

  static {
    new Random(61).nextBytes(OBJECT);
  }

  private DataPlane plane;
  private ServerSocket server;
  private OpenRequest first;

  /** What stands in for the listener. */
  private interface Listener {
    void serve() throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(Protection.AUTHENTICATION, Duration.ofSeconds(20));
  }

  private void start(Protection floor, Duration reopen) throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("reopener")
            .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
            .floor(floor)
            .reopenDeadline(reopen)
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Protection.class,
      names = {"AUTHENTICATION", "PRIVACY"})
  void shouldStartWhereTheListenerSaysWithTheSameRequestAndOtherKeys(Protection level)
      throws Exception {
    Receipt receipt =
        transmit(
            level,
            () -> {
              String binding = lose(1);
              try (RawPeer peer = new RawPeer(server.accept())) {
                Opened again = peer.listen(SECRET, 65_000);
                assertThat(again.request()).isEqualTo(first);
                assertThat(again.keys().binding()).isNotEqualTo(binding);
                SegmentOpener opener = again.keys().opener(AesGcm.JDK);
                assertThat(drain(peer, again, opener))
                    .isEqualTo(Arrays.copyOfRange(OBJECT, 65_000, OBJECT.length));
                good(peer, again, opener);
              }
            });
    assertThat(receipt.bytes()).isEqualTo(OBJECT.length);
    assertThat(receipt.protection()).isEqualTo(level);
    assertThat(first.protection()).isEqualTo(level);
  }

  @ParameterizedTest
  @EnumSource(
      value = Protection.class,
      names = {"AUTHENTICATION", "PRIVACY"})
  void shouldAskAgainForAReceiptThatDidNotCome(Protection level) throws Exception {
    transmit(
        level,
        () -> {
          try (RawPeer peer = new RawPeer(server.accept())) {
            Opened opened = peer.listen(SECRET);
            assertThat(drain(peer, opened, opened.keys().opener(AesGcm.JDK))).isEqualTo(OBJECT);
          }
          try (RawPeer peer = new RawPeer(server.accept())) {
            Opened again = peer.listen(SECRET, OBJECT.length);
            SegmentOpener opener = again.keys().opener(AesGcm.JDK);
            assertThat(drain(peer, again, opener)).isEmpty();
            good(peer, again, opener);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"CONNECTION_LOST", "TRUNCATED", "CORRUPT", "TIMEOUT"})
  void shouldDialAgainWhenTheReceiverSaysThatTheConnectionFailed(Code code) throws Exception {
    transmit(
        Protection.PRIVACY,
        () -> {
          try (RawPeer peer = new RawPeer(server.accept())) {
            Opened opened = peer.listen(SECRET);
            Outcome lost = new Outcome(0, "00".repeat(32), new TransferException(code, "lost"));
            peer.send(opened.keys().sealReceipt(lost));
            peer.awaitEnd();
          }
          serveWhole(0);
        });
  }

  @Test
  void shouldKeepDialingWhileTheListenerDoesNotKnowOfTheLoss() throws Exception {
    transmit(
        Protection.PRIVACY,
        () -> {
          lose(0);
          for (int i = 0; i < 3; i++) {
            refuse();
          }
          serveWhole(0);
        });
  }

  @Test
  void shouldFailWithTheLossWhenTheListenerTakesItBackNoMore() throws Exception {
    plane.close();
    start(Protection.AUTHENTICATION, Duration.ofMillis(300));
    Transmission transmission;
    FutureTask<Void> served =
        serve(
            () -> {
              lose(0);
              server.close();
            });
    transmission = start(Protection.PRIVACY);
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CONNECTION_LOST));
    served.get();
  }

  @Test
  void shouldEndWhenTheDataPlaneIsClosedBetweenTwoAttemptsToDialAgain() throws Exception {
    FutureTask<Void> served =
        serve(
            () -> {
              lose(0);
              refuse();
            });
    Transmission transmission = start(Protection.PRIVACY);
    served.get();
    plane.close();
    assertThat(transmission.receipt().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .satisfies(
            e ->
                assertThat(((TransferException) e.getCause()).code())
                    .isEqualTo(Code.SHUTTING_DOWN));
  }

  @ParameterizedTest
  @CsvSource({
    "AUTHENTICATION, AUTHENTICATION, AUTHENTICATION",
    "AUTHENTICATION, INTEGRITY, PRIVACY",
    "INTEGRITY, AUTHENTICATION, PRIVACY",
    "PRIVACY, AUTHENTICATION, PRIVACY",
    "AUTHENTICATION, PRIVACY, PRIVACY"
  })
  void shouldSendAtTheLevelThatBothFloorsAskFor(Protection own, Protection ticket, Protection sent)
      throws Exception {
    plane.close();
    start(own, Duration.ZERO);
    Receipt receipt = transmit(ticket, () -> serveWhole(0));
    assertThat(first.protection()).isEqualTo(sent);
    assertThat(receipt.protection()).isEqualTo(sent);
  }

  private Receipt transmit(Protection ticketFloor, Listener listener) throws Exception {
    FutureTask<Void> served = serve(listener);
    Receipt receipt = start(ticketFloor).await();
    served.get();
    return receipt;
  }

  private static FutureTask<Void> serve(Listener listener) {
    FutureTask<Void> served =
        new FutureTask<>(
            () -> {
              listener.serve();
              return null;
            });
    new Thread(served, "listener").start();
    return served;
  }

  private Transmission start(Protection ticketFloor) throws Exception {
    Ticket ticket =
        new Ticket(
            UUID.randomUUID(), SECRET, Direction.TO_LISTENER, ticketFloor, OBJECT.length, 0, "");
    ReceptionStub stub =
        new ReceptionStub(List.of(Endpoint.observed(server.getLocalPort())), ticket);
    return plane
        .transmitter(() -> List.of(InetAddress.getLoopbackAddress()))
        .start(Source.bytes(OBJECT), stub);
  }

  /** Accepts, takes some frames and closes; gives the binding. */
  private String lose(int frames) throws Exception {
    try (RawPeer peer = new RawPeer(server.accept())) {
      Opened opened = peer.listen(SECRET);
      first = opened.request();
      for (int i = 0; i < frames; i++) {
        assertThat(peer.read()).isNotEmpty();
      }
      return opened.keys().binding();
    }
  }

  private void refuse() throws Exception {
    try (RawPeer peer = new RawPeer(server.accept())) {
      assertThat(peer.read()).isNotEmpty();
      peer.send(ListenerOpening.refuseInClear(Code.UNKNOWN_TICKET));
      peer.awaitEnd();
    }
  }

  private void serveWhole(long offset) throws Exception {
    try (RawPeer peer = new RawPeer(server.accept())) {
      Opened opened = peer.listen(SECRET, offset);
      first = opened.request();
      SegmentOpener opener = opened.keys().opener(AesGcm.JDK);
      assertThat(drain(peer, opened, opener)).isEqualTo(OBJECT);
      good(peer, opened, opener);
    }
  }

  private static void good(RawPeer peer, Opened opened, SegmentOpener opener) throws Exception {
    peer.send(opened.keys().sealReceipt(new Outcome(OBJECT.length, opener.digest(), null)));
    peer.finish();
    peer.awaitEnd();
  }

  /** Takes frames to the end of the object and gives what they carry. */
  private static byte[] drain(RawPeer peer, Opened opened, SegmentOpener opener) throws Exception {
    boolean clear = opened.request().protection() == Protection.AUTHENTICATION;
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    byte[] plain = new byte[65_536];
    while (!opener.complete()) {
      byte[] frame = peer.read();
      assertThat(frame).as("a frame before the end of the object").isNotEmpty();
      if (FrameHeader.isClear(frame)) {
        ByteBuffer in = ByteBuffer.wrap(frame, FrameHeader.BYTES, frame.length - FrameHeader.BYTES);
        ClearSegment segment = opener.clear(Arrays.copyOf(frame, FrameHeader.BYTES));
        object.writeBytes(Exchange.bytes(segment.content(in)));
        assertThat(segment.complete(in)).isTrue();
      } else if (clear) {
        opener.endOfClear(frame, frame.length, plain);
      } else {
        object.write(plain, 0, opener.open(frame, frame.length, plain));
      }
    }
    return object.toByteArray();
  }
}
