package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever listens where a dialer dials: without the ticket it learns nothing, with the ticket it
 * cannot lie.
 */
@Timeout(120)
class HostileListenerTest extends MatrixTest {

  private static final byte[] CONTENT = new byte[1000];
  private static final int HELLO_BYTES = 57;
  private static final int PLENTY = 64 << 20;

  private final ExecutorService listening =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "hostile-listener"));
  private ServerSocket server;
  private ReceptionStub stub;

  HostileListenerTest() {
    super(Rig.MEDIUM);
  }

  @BeforeEach
  void listen() throws Exception {
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Reception somewhere = rig.receiver.receptions().open(Sink.discard());
    stub = Rig.at(new Endpoint("127.0.0.1", server.getLocalPort()), somewhere.stub());
  }

  @AfterEach
  void stopListening() throws Exception {
    server.close();
    listening.shutdown();
    assertThat(listening.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  /** What a listener does with one connection. */
  private interface Part {
    void play(RawPeer dialer) throws Exception;
  }

  @Test
  void shouldTellAnUnprovenListenerNothingButHello() throws Exception {
    Map<String, byte[]> nonsense = Peers.nonsense(random);
    int played = 0;
    for (Map.Entry<String, byte[]> answer : nonsense.entrySet()) {
      // Bytes that could be the start of a longer frame would be waited for: they are followed by
      // the end.
      byte[][] heard = new byte[1][];
      Code code =
          failure(
              dialer -> {
                byte[] hello = dialer.frame();
                dialer.send(answer.getValue());
                dialer.shutdownOutput();
                heard[0] = dialer.rest();
                assertThat(hello).hasSize(HELLO_BYTES);
              });
      assertThat(code)
          .as(answer.getKey())
          .isIn(Code.PROTOCOL, Code.CONNECTION_LOST, Code.UNREACHABLE);
      assertThat(heard[0]).as(answer.getKey()).isEmpty();
      played++;
    }
    assertThat(played).isEqualTo(5 + 2 * 256 + 100);
  }

  @Test
  void shouldTimeOutWhenAListenerSaysNothing() throws Exception {
    long startNs = System.nanoTime();
    assertThat(failure(RawPeer::rest)).isEqualTo(Code.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Rig.MEDIUM.minusMillis(50), Rig.BOUND);
  }

  @Test
  void shouldNotTakeAnyRefusalInClearForSuccess() throws Exception {
    for (int code = 0; code <= 0xff; code++) {
      byte[] refusal = Peers.refused(code);
      assertThat(
              failure(
                  dialer -> {
                    dialer.frame();
                    dialer.send(refusal);
                    dialer.rest();
                  }))
          .isNotNull();
    }
  }

  @Test
  void shouldNotTrustAListenerThatDoesNotKnowTheSecret() throws Exception {
    Reception other = rig.receiver.receptions().open(Sink.discard());
    assertThat(
            failure(
                dialer -> {
                  byte[] hello = dialer.frame();
                  ListenerOpening opening =
                      new ListenerOpening(other.stub().ticket().secret(), hello, hello.length);
                  dialer.send(opening.challenge(new SecureRandom()));
                  assertThat(dialer.rest()).isEmpty();
                }))
        .isEqualTo(Code.NOT_PROVEN);
    other.close();
  }

  @Test
  void shouldRefuseAnAcceptanceOutOfBounds() throws Exception {
    for (Acceptance absurd :
        new Acceptance[] {
          new Acceptance(1_001, 4096),
          new Acceptance(-1, 4096),
          new Acceptance(0, 0),
          new Acceptance(0, 4095),
          new Acceptance(0, -1),
          new Acceptance(0, Integer.MAX_VALUE)
        }) {
      assertThat(
              failure(
                  dialer -> {
                    accept(dialer, absurd);
                    dialer.rest();
                  }))
          .isEqualTo(Code.PROTOCOL);
    }
  }

  @Test
  void shouldTimeOutWhenAReceiverNeverReads() throws Exception {
    Path huge = folder.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(PLENTY);
    }
    CountDownLatch over = new CountDownLatch(1);
    long startNs = System.nanoTime();
    Future<?> part =
        play(
            dialer -> {
              Opened unused = accept(dialer, new Acceptance(0, 65_536));
              assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
              dialer.rest();
            });
    Transmission transmission = rig.transmitter.start(Source.file(huge, "huge"), stub);
    assertFails(transmission, Code.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isBetween(Rig.MEDIUM, Rig.BOUND);
    over.countDown();
    part.get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldNotBelieveAReceiptBeforeTheEnd() throws Exception {
    assertFails(opened -> new Outcome(CONTENT.length, "00".repeat(32), null), false, Code.CORRUPT);
  }

  @Test
  void shouldNotBelieveAReceiptForOtherBytes() throws Exception {
    assertFails(
        opened -> new Outcome(CONTENT.length - 1, "00".repeat(32), null), true, Code.CORRUPT);
    assertFails(opened -> new Outcome(CONTENT.length, "00".repeat(32), null), true, Code.CORRUPT);
  }

  @Test
  void shouldTakeTheReceiversReason() throws Exception {
    assertFails(
        opened -> new Outcome(0, "00".repeat(32), new TransferException(Code.NO_SPACE, "full")),
        true,
        Code.NO_SPACE);
  }

  @Test
  void shouldRefuseAbsurdFramesInsteadOfAReceipt() throws Exception {
    for (int type : Peers.FRAME_TYPES) {
      for (byte[] header : new byte[][] {{0, -1, -1, -1}, {0, 0, 0, 0}}) {
        Future<?> part =
            play(
                dialer -> {
                  Opened unused = accept(dialer, new Acceptance(0, 4096));
                  dialer.frame();
                  header[0] = (byte) type;
                  dialer.send(header);
                  dialer.rest();
                });
        assertFails(rig.transmitter.start(Source.bytes(CONTENT), stub), Code.PROTOCOL);
        part.get(20, TimeUnit.SECONDS);
      }
    }
  }

  /** What a lying receiver puts into its receipt. */
  private interface Lie {
    Outcome about(Opened opened);
  }

  private void assertFails(Lie lie, boolean afterTheEnd, Code code) throws Exception {
    Path large = file("large", PLENTY / 8);
    Future<?> part =
        play(
            dialer -> {
              Opened opened = accept(dialer, new Acceptance(0, 65_536));
              if (afterTheEnd) {
                dialer.frame();
              }
              dialer.send(opened.keys().sealReceipt(lie.about(opened)));
              dialer.rest();
            });
    assertFails(
        rig.transmitter.start(
            afterTheEnd ? Source.bytes(CONTENT) : Source.file(large, "large"), stub),
        code);
    part.get(20, TimeUnit.SECONDS);
  }

  private static void assertFails(Transmission transmission, Code code) {
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private Opened accept(RawPeer dialer, Acceptance acceptance)
      throws IOException, TransferException {
    byte[] hello = dialer.frame();
    ListenerOpening opening = new ListenerOpening(stub.ticket().secret(), hello, hello.length);
    dialer.send(opening.challenge(new SecureRandom()));
    byte[] open = dialer.frame();
    OpenRequest unused = opening.request(open, open.length);
    ListenerOpening.Accepted accepted = opening.accept(acceptance);
    dialer.send(accepted.frame());
    return accepted.opened();
  }

  /** Why a transmission is not opened by a listener that plays this part. */
  private Code failure(Part part) throws Exception {
    Future<?> played = play(part);
    Code code;
    try {
      var confirmation = rig.transmitter.transmit(Source.bytes(CONTENT), stub);
      throw new AssertionError("opened: " + confirmation);
    } catch (TransferException e) {
      code = e.code();
    }
    played.get(20, TimeUnit.SECONDS);
    return code;
  }

  private Future<?> play(Part part) {
    return listening.submit(
        () -> {
          try (RawPeer dialer = new RawPeer(server.accept())) {
            part.play(dialer);
          }
          return null;
        });
  }
}
