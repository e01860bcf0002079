package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InbandTest {
  private static final int LIMIT = 1000;

  @TempDir Path folder;
  private DataPlane receiver;
  private DataPlane sender;
  private Transmitter transmitter;

  @BeforeEach
  void start() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    receiver = DataPlane.builder().bind(any).inbandBytes(LIMIT).start();
    sender = DataPlane.builder().bind(any).start();
    transmitter = sender.transmitter(() -> List.of(InetAddress.getLoopbackAddress()));
  }

  @AfterEach
  void stop() {
    sender.close();
    receiver.close();
  }

  private ReceptionStub offered(Reception reception) {
    return receiver.offerInband(reception.stub());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, LIMIT})
  void shouldBringTheBytesInTheConfirmationWhenTheyAreFew(int size) throws Exception {
    byte[] content = random(size);
    BytesSink sink = Sink.bytes(size);
    try (Reception reception = receiver.receptions().open(sink)) {
      Confirmation confirmation = transmitter.transmit(Source.bytes(content), offered(reception));
      assertThat(confirmation.mode()).isEqualTo(Mode.INBAND);
      Receipt receipt = reception.await(confirmation);
      assertThat(sink.toByteArray()).isEqualTo(content);
      assertThat(receipt.bytes()).isEqualTo(size);
      assertThat(receipt.mode()).isEqualTo(Mode.INBAND);
      assertThat(receipt.protection()).isEqualTo(Protection.PRIVACY);
      assertThat(reception.await(confirmation)).isEqualTo(receipt);
      assertThat(reception.transfer().totalBytes()).isEqualTo(size);
    }
  }

  @Test
  void shouldPublishTheFileWhenTheConfirmationIsDelivered() throws Exception {
    Path from = Files.write(folder.resolve("from"), random(700));
    Path to = Files.writeString(folder.resolve("to"), "old");
    try (Reception reception = receiver.receptions().open(Sink.file(to))) {
      Confirmation confirmation = transmitter.transmit(Source.file(from), offered(reception));
      receiver.deliver(reception.stub(), confirmation);
      assertThat(reception.transfer().receipt().toCompletableFuture()).isCompleted();
      assertThat(to).hasSameBinaryContentAs(from);
      receiver.deliver(reception.stub(), confirmation);
      reception.await(confirmation);
    }
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("part"));
  }

  @Test
  void shouldOpenADataConnectionWhenThereIsMoreOrSomebodyWatchesOrReadsMeanwhile()
      throws Exception {
    assertActive(Sink.discard(), Source.bytes(random(LIMIT + 1)));
    assertActive(Sink.discard(), Source.stream(new ByteArrayInputStream(random(5))));
    assertActive(Sink.stream(new ByteArrayOutputStream()), Source.bytes(random(5)));
    assertActive(Sink.input(), Source.bytes(random(5)));
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      ReceptionStub much = reception.stub().withInband(ReceptionStub.MAX_INBAND_BYTES);
      Confirmation confirmation =
          transmitter.transmit(Source.bytes(random(Payload.MAX_BYTES + 1)), much);
      assertThat(confirmation.mode()).isEqualTo(Mode.ACTIVE);
    }
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      Transmission watched = transmitter.start(Source.bytes(random(5)), offered(reception));
      assertThat(watched.await().mode()).isEqualTo(Mode.ACTIVE);
      assertThat(reception.await(watched.confirmation()).mode()).isEqualTo(Mode.ACTIVE);
    }
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      Confirmation slow =
          transmitter
              .send(Source.bytes(random(5)), offered(reception), 1_000, Long.MAX_VALUE)
              .confirmation();
      assertThat(reception.await(slow).mode()).isEqualTo(Mode.ACTIVE);
    }
  }

  private void assertActive(Sink sink, Source source) throws Exception {
    try (Reception reception = receiver.receptions().open(sink)) {
      Confirmation confirmation = transmitter.transmit(source, offered(reception));
      assertThat(confirmation.mode()).isEqualTo(Mode.ACTIVE);
      assertThat(reception.await(confirmation).mode()).isEqualTo(Mode.ACTIVE);
    }
  }

  @Test
  void shouldRefuseWhatIsNotProvenOrNotForThisReception() throws Exception {
    byte[] content = random(10);
    try (Reception one = receiver.receptions().open(Sink.bytes(10));
        Reception other = receiver.receptions().open(Sink.bytes(10));
        Reception third = receiver.receptions().open(Sink.bytes(10))) {
      Confirmation good = transmitter.transmit(Source.bytes(content), offered(one));
      assertThat(code(() -> other.await(good))).isEqualTo(Code.NOT_PROVEN);
      content[3]++;
      assertThat(code(() -> one.await(with(good, new Payload(content)))))
          .isEqualTo(Code.NOT_PROVEN);
      assertThat(code(() -> one.await(good))).isEqualTo(Code.NOT_PROVEN);
      Confirmation late = transmitter.transmit(Source.bytes(content), offered(third));
      third.close();
      assertThat(code(() -> third.await(late))).isEqualTo(Code.CANCELLED);
    }
  }

  @Test
  void shouldRefuseBytesInAConfirmationThatWereNotAskedFor() throws Exception {
    StreamSink read = Sink.input();
    try (Reception reception = receiver.receptions().open(read)) {
      Confirmation pushed =
          transmitter.transmit(Source.bytes(random(10)), reception.stub().withInband(LIMIT));
      assertThat(code(() -> reception.await(pushed))).isEqualTo(Code.LIMIT_EXCEEDED);
    }
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      Confirmation pushed =
          transmitter.transmit(
              Source.bytes(random(LIMIT + 1)), reception.stub().withInband(LIMIT + 1));
      assertThat(code(() -> reception.await(pushed))).isEqualTo(Code.LIMIT_EXCEEDED);
    }
  }

  @Test
  void shouldRefuseAnEmptyObjectInAConfirmationWhereNoneWasAskedFor() throws Exception {
    try (Reception reception = receiver.receptions().open(Sink.input())) {
      Confirmation pushed =
          transmitter.transmit(Source.bytes(new byte[0]), reception.stub().withInband(LIMIT));
      assertThat(pushed.mode()).isEqualTo(Mode.INBAND);
      assertThat(code(() -> reception.await(pushed))).isEqualTo(Code.PROTOCOL);
    }
    DataPlane takesNone = Planes.loopback("takes-none").start();
    try (Reception reception = takesNone.receptions().open(Sink.discard())) {
      assertThat(takesNone.offerInband(reception.stub()).inbandBytes()).isZero();
      Confirmation pushed =
          transmitter.transmit(Source.bytes(new byte[0]), reception.stub().withInband(1));
      takesNone.deliver(reception.stub(), pushed);
      assertThat(code(() -> reception.await(pushed))).isEqualTo(Code.PROTOCOL);
    } finally {
      takesNone.close();
    }
  }

  @Test
  void shouldHoldTheTicketsLimitsAndLetNobodyElseIn() throws Exception {
    try (Reception reception = receiver.receptions().open(Sink.bytes(9))) {
      assertThat(code(() -> transmitter.transmit(Source.bytes(random(10)), offered(reception))))
          .isEqualTo(Code.LIMIT_EXCEEDED);
    }
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      reception.await(transmitter.transmit(Source.bytes(random(10)), offered(reception)));
      assertThat(code(() -> transmitter.transmit(Source.bytes(random(10)), reception.stub())))
          .isEqualTo(Code.UNKNOWN_TICKET);
    }
    sender.drain(Duration.ofSeconds(5));
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      assertThat(code(() -> transmitter.transmit(Source.bytes(random(1)), offered(reception))))
          .isEqualTo(Code.SHUTTING_DOWN);
    }
  }

  @Test
  void shouldTellWhyAndLeaveNothingWhenSourceOrSinkFails() throws Exception {
    Path from = Files.write(folder.resolve("from"), random(700));
    try (Reception reception =
        receiver.receptions().open(Sink.file(folder.resolve("none").resolve("to")))) {
      Confirmation confirmation = transmitter.transmit(Source.file(from), offered(reception));
      assertThat(code(() -> reception.await(confirmation))).isEqualTo(Code.SINK_FAILED);
    }
    try (Reception reception = receiver.receptions().open(Sink.discard())) {
      assertThat(
              code(
                  () ->
                      transmitter.transmit(
                          Source.file(folder.resolve("absent")), offered(reception))))
          .isEqualTo(Code.NOT_FOUND);
    }
  }

  private static Confirmation with(Confirmation c, Payload payload) {
    return new Confirmation(
        c.transferId(),
        c.mode(),
        c.protection(),
        c.bytes(),
        c.offset(),
        c.contentTag(),
        c.endpoint(),
        c.binding(),
        payload);
  }

  private static Code code(ThrowingCallable call) {
    try {
      call.call();
    } catch (TransferException e) {
      return e.code();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return null;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
