package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.FurtherStream;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.FurtherTicket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two data planes, and an object that goes from one to the other whole or in stripes. */
abstract class JoinedTransfers {

  static final int SIZE = Tickets.SPREAD_FROM_BYTES + 123_457;
  static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  Path from;
  Path to;
  Planes planes;

  @BeforeEach
  void start() throws Exception {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    from = Files.write(folder.resolve("from"), content);
    to = folder.resolve("to");
    planes = Planes.of(loopback("receiver"), loopback("sender"));
  }

  static DataPlaneBuilder loopback(String name) {
    return Planes.loopback(name).inbandBytes(1024).reopenDeadline(Duration.ZERO);
  }

  @AfterEach
  void stop() {
    planes.close();
    assertThat(folder)
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("."));
  }

  final Reception receive() throws TransferException {
    return planes.receiver.receptions().open(Sink.file(to));
  }

  static List<ReceptionStub> eachStream(ReceptionStub stub) {
    List<ReceptionStub> each = new ArrayList<>();
    each.add(new ReceptionStub(stub.endpoints(), stub.ticket().forStream(0, 2)));
    for (FurtherStream stream : stub.further()) {
      each.add(ofFurther(stub, stream));
    }
    return each;
  }

  static ReceptionStub ofFurther(ReceptionStub stub, FurtherStream stream) {
    return new ReceptionStub(stub.endpoints(), FurtherTicket.of(stub.ticket(), stream));
  }

  /** As a transmitter sends in stripes, but slowly, and each is in the test's hands. */
  final List<ActiveTransmission> slowly(Source source, ReceptionStub stub) throws Exception {
    List<ReceptionStub> streams = eachStream(stub);
    List<Source> holds = StripedSource.of(source, streams.size());
    List<ActiveTransmission> each = new ArrayList<>();
    for (ReceptionStub stream : streams) {
      Source hold = holds.get(each.size());
      hold.open(planes.sender.threads().blocking());
      ActiveTransmission one =
          planes.sender.launch(
              stream.ticket(),
              hold,
              List.of(
                  new ActiveTransmission.Candidate(
                      stub.endpoints().get(0), planes.receiver.address())),
              SIZE / 4,
              false);
      Confirmation unused = one.confirmed().get();
      each.add(one);
    }
    return each;
  }

  /** Has the transmitter give up for a reason that may pass, at both ends. */
  static void lose(List<ActiveTransmission> transmissions, Reception reception) {
    TransferException lost = new TransferException(Code.CONNECTION_LOST, "the test ended it");
    transmissions.forEach(one -> one.end(lost));
    transmissions.forEach(one -> endsWith(Code.CONNECTION_LOST, one));
    endsWith(Code.CONNECTION_LOST, reception.transfer());
  }

  final void awaitIdle() {
    while (planes.receiver.running() + planes.sender.running() > 0) {
      Thread.onSpinWait();
    }
  }

  static void awaitBytes(Transfer transfer, long bytes) {
    while (transfer.bytes() < bytes) {
      Thread.onSpinWait();
    }
  }

  static void endsWith(Code code, Transfer transfer) {
    assertThat(transfer.receipt().toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  static void failsWith(Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
