package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Direction;
import dev.outband.transport.BytesSink;
import dev.outband.transport.DataPlane;
import dev.outband.transport.DataPlaneBuilder;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A data connection that serves one transfer after another, and what becomes of it meanwhile. */
@Timeout(60)
class WarmConnectionTest extends MatrixTest {

  private static final int RECEIPT = 2;
  private static final byte[] GARBAGE = {0x01};

  private byte[] content;
  private Rig warm;
  private ChaosProxy proxy;

  WarmConnectionTest() {
    super(Rig.LONG);
  }

  @BeforeEach
  void start() throws Exception {
    content = new byte[SMALL_BYTES];
    random.nextBytes(content);
    start(Rig.LONG, Rig.LONG);
  }

  private void start(Duration atReceiver, Duration atSender) throws Exception {
    stop();
    warm = Rig.start(plane("receiver", atReceiver), plane("sender", atSender));
    proxy = ChaosProxy.to(warm.receiver.address());
  }

  /** One that takes no loss of a transfer for a reason to dial again. */
  private static DataPlaneBuilder plane(String name, Duration warmDeadline) {
    return Rig.plane(name, Rig.LONG).warmDeadline(warmDeadline);
  }

  @AfterEach
  void stop() {
    if (warm != null) {
      warm.close();
      proxy.close();
    }
  }

  @Test
  void shouldSendOneAfterTheOtherOverOneConnectionUnderFreshKeys() throws Exception {
    ProxiedConnection first = proxy.next(Plan.RECORDING);
    ProxiedConnection second = proxy.next(Plan.RECORDING);
    int transfers = 20;
    for (int i = 0; i < transfers; i++) {
      send();
    }
    assertThat(opened(second)).isFalse();
    Recording recorded = new Recording(first.recorded(TO_LISTENER), first.recorded(FROM_LISTENER));
    List<byte[]> hellos = recorded.frames(TO_LISTENER).stream().filter(f -> f[0] == 0x01).toList();
    assertThat(hellos).hasSize(transfers);
    assertThat(hellos.stream().map(WarmConnectionTest::nonce)).doesNotHaveDuplicates();
    assertThat(recorded.frames(FROM_LISTENER).stream().map(Arrays::toString))
        .hasSize(3 * transfers)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldNotShareAConnectionBetweenTransfersThatRunAtOnce() throws Exception {
    ProxiedConnection first = proxy.next(Plan.RECORDING);
    ProxiedConnection second = proxy.next(Plan.RECORDING);
    ProxiedConnection third = proxy.next(Plan.RECORDING);
    try (PipedOutputStream end = new PipedOutputStream();
        PipedInputStream slow = new PipedInputStream(end);
        Reception reception = warm.receiver.receptions().open(Sink.discard())) {
      Transmission running =
          warm.transmitter.start(Source.stream(slow), Rig.at(proxy.endpoint(), reception.stub()));
      send();
      send();
      end.close();
      running.await();
    }
    assertThat(opened(first)).isTrue();
    assertThat(opened(second)).isTrue();
    assertThat(opened(third)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(CutBy.class)
  void shouldDialAnewWhenTheConnectionIsCutWhileItWaits(CutBy how) throws Exception {
    ProxiedConnection first = proxy.next(Plan.PASSING);
    send();
    first.cut(how);
    send();
  }

  @ParameterizedTest
  @EnumSource(CutBy.class)
  void shouldDialAnewWhenTheConnectionIsCutByTheNextHello(CutBy how) throws Exception {
    sendOverALineThatBreaks(Plan.of(TO_LISTENER, Fault.cut(bytesOfOne(TO_LISTENER), how)));
  }

  @ParameterizedTest
  @EnumSource(CutBy.class)
  void shouldDialAnewWhenTheConnectionIsCutByTheNextChallenge(CutBy how) throws Exception {
    sendOverALineThatBreaks(Plan.of(FROM_LISTENER, Fault.cut(bytesOfOne(FROM_LISTENER), how)));
  }

  @Test
  void shouldDialAnewWhenTheConnectionHasStalled() throws Exception {
    sendOverALineThatBreaks(Plan.of(TO_LISTENER, Fault.stall(bytesOfOne(TO_LISTENER))));
  }

  @Test
  void shouldDialAnewWhenTheNextProofIsForged() throws Exception {
    long proof = bytesOfOne(FROM_LISTENER) + 60;
    sendOverALineThatBreaks(Plan.of(FROM_LISTENER, Fault.flip(8 * proof)));
  }

  private void sendOverALineThatBreaks(Plan breaking) throws Exception {
    ProxiedConnection first =
        proxy.next(new Plan(breaking.toListener(), breaking.fromListener(), true));
    ProxiedConnection second = proxy.next(Plan.RECORDING);
    send();
    send();
    assertThat(opened(first) && opened(second)).isTrue();
  }

  @Test
  void shouldDropAConnectionWhenSomethingFollowsTheReceipt() throws Exception {
    ProxiedConnection first =
        proxy.next(Plan.of(FROM_LISTENER, Fault.appendToFrame(RECEIPT, GARBAGE)));
    send();
    assertThat(first.awaitEnd(Rig.BOUND)).isTrue();
    send();
  }

  @Test
  void shouldDropAConnectionWhenSomethingComesThatIsNoHello() throws Exception {
    int last = 2;
    ProxiedConnection first =
        proxy.next(Plan.of(TO_LISTENER, Fault.appendToFrame(last, Peers.refused(Peers.PROTOCOL))));
    send();
    assertThat(first.awaitEnd(Rig.BOUND)).isTrue();
    send();
  }

  @Test
  void shouldCloseTheConnectionWhenTheDialerHasNoUseForIt() throws Exception {
    start(Rig.LONG, Duration.ofMillis(50));
    endsBySelf();
  }

  @Test
  void shouldCloseTheConnectionWhenTheListenerHasNoUseForIt() throws Exception {
    start(Duration.ofMillis(50), Rig.LONG);
    endsBySelf();
  }

  @Test
  void shouldServeADialerThatKeepsNoConnections() throws Exception {
    start(Rig.LONG, Duration.ZERO);
    endsBySelf();
  }

  @Test
  void shouldServeAListenerThatKeepsNoConnections() throws Exception {
    start(Duration.ZERO, Rig.LONG);
    endsBySelf();
  }

  private void endsBySelf() throws Exception {
    ProxiedConnection first = proxy.next(Plan.RECORDING);
    send();
    assertThat(first.awaitEnd(Rig.BOUND)).isTrue();
    send();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepNoConnectionWhenAnEndIsDrained(boolean atSender) throws Exception {
    ProxiedConnection waiting = proxy.next(Plan.PASSING);
    send();
    assertThat(end(atSender).drain(Rig.BOUND)).isTrue();
    assertThat(waiting.awaitEnd(Rig.BOUND)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCloseWaitingConnectionsWhenAnEndIsClosed(boolean atSender) throws Exception {
    ProxiedConnection waiting = proxy.next(Plan.PASSING);
    send();
    end(atSender).close();
    assertThat(waiting.awaitEnd(Rig.BOUND)).isTrue();
  }

  private DataPlane end(boolean atSender) {
    return atSender ? warm.sender : warm.receiver;
  }

  /** Sends the content into a new reception; returns when both ends know that it is there. */
  private void send() throws Exception {
    BytesSink sink = Sink.bytes(content.length);
    try (Reception reception = warm.receiver.receptions().open(sink)) {
      Transmission transmission =
          warm.transmitter.start(Source.bytes(content), Rig.at(proxy.endpoint(), reception.stub()));
      reception.await(transmission.confirmation());
      transmission.await();
    }
    assertThat(sink.toByteArray()).isEqualTo(content);
  }

  /** How much a good transfer sends in one direction. */
  private long bytesOfOne(Direction direction) throws Exception {
    try (ChaosProxy recorder = ChaosProxy.to(warm.receiver.address())) {
      ChaosProxy planned = proxy;
      proxy = recorder;
      ProxiedConnection recorded = recorder.next(Plan.RECORDING);
      send();
      proxy = planned;
      return recorded.recorded(direction).length;
    }
  }

  private static boolean opened(ProxiedConnection connection) {
    return connection.recorded(TO_LISTENER).length > 0;
  }

  private static String nonce(byte[] hello) {
    return Arrays.toString(Arrays.copyOfRange(hello, hello.length - 32, hello.length));
  }
}
