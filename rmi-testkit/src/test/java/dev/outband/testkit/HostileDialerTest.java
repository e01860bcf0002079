package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.wire.DialerOpening;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever reaches the data port and holds no ticket changes nothing: the reception that waits there
 * waits on.
 */
@Timeout(60)
class HostileDialerTest extends MatrixTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  private Rig patient;
  private Reception waiting;
  private BytesSink sink;

  HostileDialerTest() {
    super(Rig.MEDIUM);
  }

  @BeforeEach
  void openOne() throws Exception {
    patient =
        Rig.start(
            Rig.plane("patient", Rig.MEDIUM).ticketLifetime(Duration.ofMinutes(1)),
            Rig.plane("sender", Rig.LONG));
    sink = Sink.bytes(CONTENT.length);
    waiting = patient.receiver.receptions().open(sink);
  }

  @AfterEach
  void stillWorks() throws Exception {
    var transmission = patient.transmitter.start(Source.bytes(CONTENT), waiting.stub());
    waiting.await(transmission.confirmation());
    transmission.await();
    assertThat(sink.toByteArray()).isEqualTo(CONTENT);
    patient.close();
  }

  @Test
  void shouldEndConnectionsThatSpeakNonsense() throws Exception {
    List<RawPeer> peers = new ArrayList<>();
    Map<String, byte[]> nonsense = Peers.nonsense(random);
    for (byte[] said : nonsense.values()) {
      RawPeer peer = RawPeer.dial(patient.receiver.address());
      peer.send(said);
      peers.add(peer);
    }
    for (RawPeer peer : peers) {
      byte[] answer = peer.rest();
      assertThat(answer.length).isIn(0, 6);
      peer.close();
    }
    assertThat(peers).hasSize(5 + 2 * 256 + 100);
  }

  @Test
  void shouldSayWhichVersionItSpeaksWhenADialerSpeaksAnother() throws Exception {
    for (int version : new int[] {0, 2, 127, 255}) {
      try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
        peer.send(Peers.hello("OBND", version, random));
        assertThat(peer.rest()).isEqualTo(Peers.refused(Peers.VERSION));
      }
    }
  }

  @Test
  void shouldRefuseAHelloThatIsNotOurs() throws Exception {
    try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
      peer.send(Peers.hello("OBNX", 1, random));
      assertThat(peer.rest()).isEqualTo(Peers.refused(Peers.PROTOCOL));
    }
  }

  @Test
  void shouldRefuseATicketThatItNeverIssued() throws Exception {
    try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
      peer.send(Peers.hello("OBND", 1, random));
      assertThat(peer.rest()).isEqualTo(Peers.refused(Peers.UNKNOWN_TICKET));
    }
  }

  @Test
  void shouldEndAConnectionThatSaysNothingWhenItsTimeIsUp() throws Exception {
    long startNs = System.nanoTime();
    try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
      assertThat(peer.rest()).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Rig.MEDIUM.minusMillis(50), Rig.BOUND);
  }

  @Test
  void shouldEndAConnectionThatIsTooSlowThoughItNeverStops() throws Exception {
    byte[] hello = Peers.hello("OBND", 1, random);
    long startNs = System.nanoTime();
    try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
      assertThatThrownBy(() -> drip(peer, hello)).isInstanceOf(SocketException.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Rig.MEDIUM.minusMillis(50), Rig.BOUND);
  }

  @Test
  void shouldNotBeOpenedByADialerThatHearsTheChallengeAndGuesses() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (RawPeer peer = RawPeer.dial(patient.receiver.address())) {
        var honest = new DialerOpening(waiting.stub().ticket().secret(), new SecureRandom());
        peer.send(honest.hello());
        byte[] challenge = peer.frame();
        byte[] guess = new byte[4 + 43];
        random.nextBytes(guess);
        guess[0] = 0x03;
        guess[1] = 0;
        guess[2] = 0;
        guess[3] = 43;
        peer.send(guess);
        assertThat(challenge).hasSize(69);
        assertThat(peer.rest()).isEmpty();
      }
    }
  }

  @Test
  void shouldLeaveAClosedReceptionClosed() throws Exception {
    Reception closed = patient.receiver.receptions().open(Sink.discard());
    closed.close();
    assertThatThrownBy(() -> patient.transmitter.transmit(Source.bytes(CONTENT), closed.stub()))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_TICKET));
  }

  /** A byte whenever the port could have lost patience, until it has. */
  private static void drip(RawPeer peer, byte[] bytes) throws Exception {
    for (byte one : bytes) {
      peer.send(new byte[] {one});
      LockSupport.parkNanos(Rig.MEDIUM.toNanos() / 10);
    }
  }
}
