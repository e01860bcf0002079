package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a dialer and transmitter does about everything that may come: section 7 of the wire format,
 * row by row.
 */
@Timeout(60)
class DialerStatesTest {

  private static final long SEED = 41;
  private static final byte[] OBJECT = new byte[200_000];

  private DataPlane plane;
  private ServerSocket server;

  /** What stands in for the listener. */
  private interface Listener {
    void serve(RawPeer peer) throws Exception;
  }

  @BeforeEach
  void start() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server = new ServerSocket(0, 1, loopback);
    plane = plane(Duration.ZERO);
  }

  private static DataPlane plane(Duration reopenDeadline) throws Exception {
    return DataPlane.builder()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .name("dialer")
        .reopenDeadline(reopenDeadline)
        .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
        .start();
  }

  private void mayDialAgain() throws Exception {
    plane.close();
    plane = plane(Duration.ofSeconds(3));
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
    server.close();
  }

  @Test
  void shouldSendNothingMoreToAListenerThatDoesNotProveItself() throws Exception {
    fails(
        Code.NOT_PROVEN,
        peer -> {
          byte[] hello = peer.read();
          peer.send(
              new ListenerOpening(Exchange.secret(SEED + 1), hello, hello.length)
                  .challenge(new Random(1)));
          assertThat(peer.read()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"VERSION", "PROTOCOL", "UNKNOWN_TICKET", "FORBIDDEN", "NO_SPACE", "SHUTTING_DOWN"})
  void shouldBelieveARefusalInClearOnlyWhereAListenerMayGiveIt(Code code) throws Exception {
    Code believed =
        switch (code) {
          case VERSION, PROTOCOL, UNKNOWN_TICKET -> code;
          default -> Code.NOT_PROVEN;
        };
    fails(
        believed,
        peer -> {
          peer.read();
          peer.send(ListenerOpening.refuseInClear(code));
          assertThat(peer.read()).isEmpty();
        });
  }

  @Test
  void shouldNotBelieveARefusalInClearAfterTheChallenge() throws Exception {
    fails(
        Code.CORRUPT,
        peer -> {
          peer.requested(Exchange.secret(SEED));
          peer.send(ListenerOpening.refuseInClear(Code.VERSION));
          assertThat(peer.read()).isEmpty();
        });
  }

  @Test
  void shouldBelieveARefusalThatIsSealed() throws Exception {
    fails(
        Code.NO_SPACE,
        peer -> {
          ListenerOpening listener = peer.requested(Exchange.secret(SEED));
          peer.send(listener.refuse(new TransferException(Code.NO_SPACE, "full")));
          assertThat(peer.read()).isEmpty();
        });
  }

  @Test
  void shouldNotTakeASegmentForAnAnswer() throws Exception {
    fails(
        Code.PROTOCOL,
        peer -> {
          peer.requested(Exchange.secret(SEED));
          peer.send(RawPeer.segment(Exchange.of(SEED).atDialer.keys().sealer(AesGcm.JDK), 5, true));
          assertThat(peer.read()).isEmpty();
        });
  }

  @Test
  void shouldTellWhenTheListenerEndsTheOpening() throws Exception {
    fails(Code.CONNECTION_LOST, RawPeer::read);
    fails(Code.CONNECTION_LOST, peer -> peer.requested(Exchange.secret(SEED)));
  }

  @Test
  void shouldDialOnceMoreWhenTheListenerEndsBeforeItsFirstWord() throws Exception {
    mayDialAgain();
    FutureTask<Void> served = serve(RawPeer::read, peer -> sendReceipt(peer, 0, false));
    transmit();
    served.get();
  }

  @Test
  void shouldDialNoThirdTimeWhenTheListenerEndsBeforeItsFirstWordAgain() throws Exception {
    mayDialAgain();
    fails(Code.CONNECTION_LOST, RawPeer::read, RawPeer::read);
    server.setSoTimeout(1);
    assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void shouldTellWhatTheSecondDialingMetWhenTheListenerEndsBeforeItsFirstWord() throws Exception {
    mayDialAgain();
    fails(
        Code.NO_SPACE,
        RawPeer::read,
        peer -> {
          ListenerOpening listener = peer.requested(Exchange.secret(SEED));
          peer.send(listener.refuse(new TransferException(Code.NO_SPACE, "full")));
          assertThat(peer.read()).isEmpty();
        });
  }

  @Test
  void shouldTellWhenThereIsNoReceipt() throws Exception {
    fails(Code.CONNECTION_LOST, peer -> drain(peer, peer.listen(Exchange.secret(SEED))));
  }

  @Test
  void shouldStopAndTellWhyWhenTheReceiverGivesUp() throws Exception {
    fails(
        Code.SINK_FAILED,
        peer -> {
          Opened opened = peer.listen(Exchange.secret(SEED));
          TransferException why = new TransferException(Code.SINK_FAILED, "gave up");
          peer.send(opened.keys().sealReceipt(new Outcome(0, "00".repeat(32), why)));
          peer.awaitEnd();
        });
  }

  @Test
  void shouldNotTakeAReceiptOfOtherBytesForSuccess() throws Exception {
    fails(Code.CORRUPT, peer -> receipt(peer, -1, false));
    fails(Code.CORRUPT, peer -> receipt(peer, 0, true));
  }

  private static void receipt(RawPeer peer, int more, boolean otherDigest) throws Exception {
    sendReceipt(peer, more, otherDigest);
    assertThat(peer.read()).isEmpty();
  }

  private static void sendReceipt(RawPeer peer, int more, boolean otherDigest) throws Exception {
    Opened opened = peer.listen(Exchange.secret(SEED));
    String digest = drain(peer, opened);
    Outcome outcome =
        new Outcome(OBJECT.length + more, otherDigest ? "00".repeat(32) : digest, null);
    peer.send(opened.keys().sealReceipt(outcome));
  }

  /** Takes the whole object and gives the digest over it. */
  private static String drain(RawPeer peer, Opened opened) throws Exception {
    SegmentOpener opener = opened.keys().opener(AesGcm.JDK);
    byte[] plain = new byte[65_536];
    while (!opener.complete()) {
      byte[] frame = peer.read();
      opener.open(frame, frame.length, plain);
    }
    return opener.digest();
  }

  private void fails(Code code, Listener... listeners) throws Exception {
    FutureTask<Void> served = serve(listeners);
    assertThatThrownBy(this::transmit)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
    served.get();
  }

  /** One connection for each. */
  private FutureTask<Void> serve(Listener... listeners) {
    FutureTask<Void> served =
        new FutureTask<>(
            () -> {
              for (Listener listener : listeners) {
                try (RawPeer peer = new RawPeer(server.accept())) {
                  listener.serve(peer);
                }
              }
              return null;
            });
    new Thread(served, "listener").start();
    return served;
  }

  private void transmit() throws Exception {
    Ticket ticket =
        new Ticket(
            UUID.randomUUID(),
            Exchange.secret(SEED),
            Direction.TO_LISTENER,
            Protection.PRIVACY,
            OBJECT.length,
            0,
            "");
    ReceptionStub stub =
        new ReceptionStub(List.of(Endpoint.observed(server.getLocalPort())), ticket);
    plane
        .transmitter(() -> List.of(InetAddress.getLoopbackAddress()))
        .start(Source.bytes(OBJECT), stub)
        .await();
  }
}
