package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TransferTest {

  @TempDir Path folder;
  private Planes planes;

  @BeforeEach
  void start() throws Exception {
    planes = Planes.start();
  }

  @AfterEach
  void stop() {
    planes.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 15, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 524_288, 5_000_001})
  void shouldDeliverEveryByteWhateverTheSize(int size) throws Exception {
    byte[] content = random(size);
    BytesSink sink = Sink.bytes(size);
    try (Reception reception = planes.receiver.receptions().open(sink)) {
      Transmission transmission = planes.transmitter.start(Source.bytes(content), reception.stub());
      Receipt received = reception.await(transmission.confirmation());
      Receipt sent = transmission.await();
      assertThat(sink.toByteArray()).isEqualTo(content);
      assertThat(received.bytes()).isEqualTo(size);
      assertThat(sent.digest()).isEqualTo(received.digest());
      assertThat(transmission.bytes()).isEqualTo(size);
      assertThat(reception.transfer().bytes()).isEqualTo(size);
    }
  }

  @Test
  void shouldPublishAFileOnlyWhenItIsWhole() throws Exception {
    Path from = Files.write(folder.resolve("from"), random(3_000_000));
    Path to = Files.writeString(folder.resolve("to"), "old");
    try (Reception reception = planes.receiver.receptions().open(Sink.file(to))) {
      reception.await(planes.transmitter.transmit(Source.file(from), reception.stub()));
    }
    assertThat(to).hasSameBinaryContentAs(from);
    assertThat(names()).containsExactlyInAnyOrder("from", "to");
  }

  @Test
  void shouldOpenATicketOnce() throws Exception {
    try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
      Confirmation confirmation =
          planes.transmitter.transmit(Source.bytes(random(10)), reception.stub());
      reception.await(confirmation);
      assertThatThrownBy(
              () -> planes.transmitter.transmit(Source.bytes(random(10)), reception.stub()))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.UNKNOWN_TICKET));
    }
  }

  @Test
  void shouldRefuseAConfirmationOfAnotherConnection() throws Exception {
    try (Reception one = planes.receiver.receptions().open(Sink.discard());
        Reception two = planes.receiver.receptions().open(Sink.discard())) {
      Confirmation ofOne = planes.transmitter.transmit(Source.bytes(random(10)), one.stub());
      planes.transmitter.transmit(Source.bytes(random(10)), two.stub());
      assertThatThrownBy(() -> two.await(ofOne))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_PROVEN));
    }
  }

  @Test
  void shouldLeaveNothingWhenTheReceptionIsClosedMidway() throws Exception {
    Path from = folder.resolve("from");
    try (var channel = new java.io.RandomAccessFile(from.toFile(), "rw")) {
      channel.setLength(4L << 30);
    }
    Reception reception = planes.receiver.receptions().open(Sink.file(folder.resolve("to")));
    Transmission transmission = planes.transmitter.start(Source.file(from), reception.stub());
    reception.close();
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThatThrownBy(() -> reception.await(transmission.confirmation()))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThat(names()).containsExactly("from");
  }

  @Test
  void shouldTellTheReceiverWhyTheTransmitterCancelled() throws Exception {
    Path from = folder.resolve("from");
    try (var channel = new java.io.RandomAccessFile(from.toFile(), "rw")) {
      channel.setLength(4L << 30);
    }
    Reception reception = planes.receiver.receptions().open(Sink.file(folder.resolve("to")));
    Transmission transmission = planes.transmitter.start(Source.file(from), reception.stub());
    transmission.cancel("enough");
    assertThatThrownBy(() -> reception.await(transmission.confirmation()))
        .hasMessage("enough")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThat(names()).containsExactly("from");
  }

  @Test
  void shouldRunAHundredAtOnceOnAHandfulOfThreads() throws Exception {
    byte[] content = random(1_000_000);
    List<Reception> receptions = new ArrayList<>();
    List<BytesSink> sinks = new ArrayList<>();
    List<Transmission> transmissions = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sinks.add(Sink.bytes(content.length));
      receptions.add(planes.receiver.receptions().open(sinks.get(i)));
      transmissions.add(planes.transmitter.start(Source.bytes(content), receptions.get(i).stub()));
    }
    for (int i = 0; i < 100; i++) {
      receptions.get(i).await(transmissions.get(i).confirmation());
      transmissions.get(i).await();
      assertThat(sinks.get(i).toByteArray()).isEqualTo(content);
    }
    assertThat(planes.sender.warmDialed().size()).as("kept to one address").isBetween(1, 8);
  }

  @Test
  void shouldRefuseMoreThanTheReceptionTakes() throws Exception {
    try (Reception reception = planes.receiver.receptions().open(Sink.discard(), 9)) {
      assertThatThrownBy(
              () -> planes.transmitter.transmit(Source.bytes(random(10)), reception.stub()))
          .hasMessage("bytes must be 0..9, not 10");
    }
  }

  @Test
  void shouldSayThatAFileIsMissingBeforeAnythingIsDialed() throws Exception {
    try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
      assertThatThrownBy(
              () ->
                  planes.transmitter.transmit(
                      Source.file(folder.resolve("missing")), reception.stub()))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
