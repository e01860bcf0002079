package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Secret;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listener does on a connection that has carried a transfer to its receipt. */
@Timeout(60)
class WarmListenerTest {

  private static final int MOST_WARM = 256;
  private static final int LENGTH = 10;

  private final Deque<RawPeer> peers = new ArrayDeque<>();
  private DataPlane plane;

  @BeforeEach
  void start() throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("warm-listener")
            .reopenDeadline(Duration.ofMinutes(1))
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    for (RawPeer peer : peers) {
      peer.close();
    }
    plane.close();
  }

  @Test
  void shouldTakeOneTransferAfterTheOther() throws Exception {
    RawPeer peer = dial();
    for (int i = 0; i < 3; i++) {
      transferOver(peer);
    }
  }

  @Test
  void shouldFindNothingWhenAnOpeningIsRepeatedOnItsOwnConnection() throws Exception {
    RawPeer peer = dial();
    Secret secret = reception();
    DialerOpening dialer = new DialerOpening(secret, new Random(1));
    byte[] hello = dialer.hello();
    peer.send(hello);
    byte[] challenge = peer.read();
    byte[] open = dialer.open(challenge, challenge.length, Exchange.request(LENGTH));
    peer.send(open);
    byte[] answer = peer.read();
    Opened opened = dialer.accepted(answer, answer.length);
    byte[] last = RawPeer.segment(opened.keys().sealer(AesGcm.JDK), LENGTH, true);
    peer.send(last);
    assertThat(peer.read()[0]).isEqualTo((byte) FrameType.RECEIPT.number());

    peer.send(hello);
    byte[] again = peer.read();
    assertThat(again[0]).isEqualTo((byte) FrameType.CHALLENGE.number());
    assertThat(again).isNotEqualTo(challenge);
    peer.send(open, last);
    assertThat(peer.read()).as("nothing more").isEmpty();
  }

  @Test
  void shouldRefuseATicketThatNobodyWaitsFor() throws Exception {
    RawPeer peer = dial();
    transferOver(peer);
    peer.send(new DialerOpening(Exchange.secret(1), new Random(1)).hello());
    assertThat(peer.read()).isEqualTo(ListenerOpening.refuseInClear(Code.UNKNOWN_TICKET));
    assertThat(peer.read()).isEmpty();
  }

  @Test
  void shouldEndAfterTheReceiptWhenAnythingFollowedTheObject() throws Exception {
    RawPeer peer = dial();
    Opened opened = peer.open(reception(), Exchange.request(LENGTH));
    byte[] last = RawPeer.segment(opened.keys().sealer(AesGcm.JDK), LENGTH, true);
    byte[] andABit = Arrays.copyOf(last, last.length + 1);
    peer.send(andABit);
    assertThat(peer.read()[0]).isEqualTo((byte) FrameType.RECEIPT.number());
    peer.finish();
    assertThat(peer.read()).isEmpty();
  }

  @Test
  void shouldEndTheOneThatHasWaitedLongestWhenThereAreTooMany() throws Exception {
    for (int i = 0; i <= MOST_WARM; i++) {
      transferOver(dial());
    }
    assertThat(peers.getFirst().read()).isEmpty();
    peers.removeFirst();
    transferOver(peers.getFirst());
    transferOver(peers.getLast());
    transferOver(dial());
  }

  private RawPeer dial() throws Exception {
    RawPeer peer = RawPeer.dial(plane.address());
    peers.add(peer);
    return peer;
  }

  private Secret reception() throws Exception {
    Reception reception = plane.receptions().open(Sink.discard());
    return reception.stub().ticket().secret();
  }

  private void transferOver(RawPeer peer) throws Exception {
    Opened opened = peer.open(reception(), Exchange.request(LENGTH));
    SegmentSealer sealer = opened.keys().sealer(AesGcm.JDK);
    peer.send(RawPeer.segment(sealer, LENGTH, true));
    byte[] frame = peer.read();
    assertThat(opened.keys().openReceipt(frame, frame.length))
        .isEqualTo(new Outcome(LENGTH, sealer.digest(), null));
  }
}
