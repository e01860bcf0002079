package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was recorded once is worth nothing a second time. */
@Timeout(60)
class ReplayTest extends MatrixTest {

  private static final byte[] UNKNOWN_TICKET = Peers.refused(Peers.UNKNOWN_TICKET);

  private Path source;
  private Recording good;

  ReplayTest() {
    super(Rig.MEDIUM);
  }

  @BeforeEach
  void recordGood() throws Exception {
    source = file("small", SMALL_BYTES);
    good = record(source);
  }

  @Test
  void shouldFindNothingWhenAConnectionIsReplayedAndNobodyWaits() throws Exception {
    try (ChaosProxy proxy = ChaosProxy.to(rig.receiver.address())) {
      assertThat(proxy.replay(good.toListener(), Rig.BOUND)).isEqualTo(UNKNOWN_TICKET);
    }
  }

  @Test
  void shouldTouchNoFreshReceptionWhenAConnectionIsReplayed() throws Exception {
    Path target = targets.resolve("target");
    try (ChaosProxy proxy = ChaosProxy.to(rig.receiver.address());
        Reception fresh = rig.receiver.receptions().open(Sink.file(target))) {
      assertThat(proxy.replay(good.toListener(), Rig.BOUND)).isEqualTo(UNKNOWN_TICKET);
      fresh.await(rig.transmitter.transmit(Source.file(source, "source"), fresh.stub()));
    }
    assertThat(target).hasSameBinaryContentAs(source);
    Files.delete(target);
  }

  @Test
  void shouldNotOpenTheSameReceptionToAReplayOfItsOwnDialer() throws Exception {
    Path target = targets.resolve("target");
    try (Rig patient = Rig.start(Rig.LONG);
        ChaosProxy proxy = ChaosProxy.to(patient.receiver.address());
        Reception reception = patient.receiver.receptions().open(Sink.file(target))) {
      byte[] toListener = recordOpeningThatDoesNotArrive(patient, proxy, reception);
      byte[] answer = proxy.replay(toListener, Rig.BOUND);
      assertThat(new Recording(toListener, answer).frames(FROM_LISTENER))
          .as("CHALLENGE and no more")
          .hasSize(1);
      reception.await(
          patient.transmitter.transmit(Source.file(source, "source"), reception.stub()));
    }
    assertThat(target).hasSameBinaryContentAs(source);
    Files.delete(target);
  }

  @Test
  void shouldNotTrustAReplayOfTheListener() throws Exception {
    ExecutorService listening =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "replaying-listener"));
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Reception reception = rig.receiver.receptions().open(Sink.discard())) {
      var endpoint = new Endpoint("127.0.0.1", server.getLocalPort());
      Future<byte[]> heard = listening.submit(() -> playListener(server));
      assertThatThrownBy(
              () ->
                  rig.transmitter.transmit(
                      Source.file(source, "source"), Rig.at(endpoint, reception.stub())))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_PROVEN));
      assertThat(heard.get(20, TimeUnit.SECONDS)).as("nothing after HELLO").isEmpty();
    } finally {
      listening.shutdown();
    }
    assertThat(listening.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  private byte[] playListener(ServerSocket server) throws IOException {
    try (RawPeer dialer = new RawPeer(server.accept())) {
      byte[] unused = dialer.frame();
      dialer.send(good.fromListener());
      return dialer.rest();
    }
  }

  /**
   * HELLO and OPEN of a good dialer that holds the ticket; OPEN is cut off, so the reception waits
   * on.
   */
  private byte[] recordOpeningThatDoesNotArrive(Rig patient, ChaosProxy proxy, Reception reception)
      throws Exception {
    Plan plan = new Plan(Fault.cut(good.start(TO_LISTENER, 1), CutBy.FIN), Fault.none(), true);
    ProxiedConnection cut = proxy.next(plan);
    assertThatThrownBy(
            () ->
                patient.transmitter.transmit(
                    Source.file(source, "source"), Rig.at(proxy.endpoint(), reception.stub())))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CONNECTION_LOST));
    assertThat(cut.awaitEnd(Rig.BOUND)).isTrue();
    byte[] toListener = cut.recorded(TO_LISTENER);
    assertThat(toListener).hasSize(good.start(TO_LISTENER, 2));
    return toListener;
  }
}
