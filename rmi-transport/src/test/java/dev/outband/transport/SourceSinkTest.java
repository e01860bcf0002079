package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One suite for every source and every sink, at both levels. */
@Timeout(60)
class SourceSinkTest {

  @TempDir Path folder;
  private Planes planes;

  @AfterEach
  void stop() {
    if (planes != null) {
      planes.close();
    }
  }

  private void start(Protection floor) throws IOException {
    planes =
        Planes.of(Planes.loopback("receiver").floor(floor), Planes.loopback("sender").floor(floor));
  }

  /** Makes a source of these bytes. */
  private interface SourceMaker {
    Source of(byte[] bytes, Path folder) throws IOException;
  }

  private static List<SourceMaker> sources() {
    return List.of(
        (bytes, folder) -> Source.bytes(bytes),
        (bytes, folder) -> Source.buffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()),
        (bytes, folder) -> Source.file(Files.write(folder.resolve("from"), bytes)),
        (bytes, folder) -> Source.stream(new ByteArrayInputStream(bytes)),
        (bytes, folder) -> Source.channel(Channels.newChannel(new ByteArrayInputStream(bytes))),
        (bytes, folder) ->
            Source.producer(
                out -> {
                  ByteBuffer all = ByteBuffer.wrap(bytes);
                  Random random = new Random(7);
                  while (all.hasRemaining()) {
                    int part = Math.min(all.remaining(), 1 + random.nextInt(300_000));
                    out.write(all.slice(all.position(), part));
                    all.position(all.position() + part);
                  }
                }));
  }

  static Stream<Arguments> sourcesAndSizes() {
    return Stream.of(Protection.PRIVACY, Protection.AUTHENTICATION)
        .flatMap(
            level ->
                IntStream.range(0, sources().size())
                    .boxed()
                    .flatMap(
                        source ->
                            Stream.of(0, 1, 262_144, 262_145, 3_000_001)
                                .map(size -> Arguments.of(level, source, size))));
  }

  @ParameterizedTest
  @MethodSource("sourcesAndSizes")
  void shouldSendWhatTheSourceHas(Protection level, int source, int size) throws Exception {
    start(level);
    byte[] content = random(size);
    BytesSink sink = Sink.bytes(size);
    Reception reception = planes.receiver.receptions().open(sink);
    Transmission transmission =
        planes.transmitter.start(sources().get(source).of(content, folder), reception.stub());
    Receipt receipt = reception.await(transmission.confirmation());
    assertThat(receipt)
        .isEqualTo(
            new Receipt(
                receipt.transferId(),
                size,
                0,
                transmission.await().digest(),
                receipt.duration(),
                receipt.mode(),
                level));
    assertThat(sink.toByteArray()).isEqualTo(content);
  }

  @ParameterizedTest
  @MethodSource("levels")
  void shouldWriteToAStreamAndFlushIt(Protection level) throws Exception {
    start(level);
    byte[] content = random(2_000_000);
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    CountDownLatch flushed = new CountDownLatch(1);
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            taken.write(b);
          }

          @Override
          public void flush() {
            flushed.countDown();
          }
        };
    Reception reception = planes.receiver.receptions().open(Sink.stream(slow));
    reception.await(planes.transmitter.transmit(Source.bytes(content), reception.stub()));
    assertThat(flushed.getCount()).isZero();
    assertThat(taken.toByteArray()).isEqualTo(content);
  }

  @ParameterizedTest
  @MethodSource("levels")
  void shouldGiveAStreamToReadFrom(Protection level) throws Exception {
    start(level);
    byte[] content = random(2_000_000);
    StreamSink sink = Sink.input();
    Reception reception = planes.receiver.receptions().open(sink);
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(() -> readAll(sink.inputStream()));
    reception.await(planes.transmitter.transmit(Source.bytes(content), reception.stub()));
    assertThat(read.get()).isEqualTo(content);
  }

  @ParameterizedTest
  @MethodSource("levels")
  void shouldWriteAFile(Protection level) throws Exception {
    start(level);
    Path from = Files.write(folder.resolve("from"), random(3_000_001));
    Path to = folder.resolve("to");
    Reception reception = planes.receiver.receptions().open(Sink.file(to));
    reception.await(planes.transmitter.transmit(Source.file(from), reception.stub()));
    assertThat(to).hasSameBinaryContentAs(from);
  }

  @Test
  void shouldDeliverWhatAPausingProducerWrote() throws Exception {
    start(Protection.PRIVACY);
    CountDownLatch seen = new CountDownLatch(1);
    StreamSink sink = Sink.input();
    Reception reception = planes.receiver.receptions().open(sink);
    Source pausing =
        Source.producer(
            out -> {
              out.write(ByteBuffer.wrap(new byte[] {42}));
              try {
                seen.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              out.write(ByteBuffer.wrap(new byte[] {43}));
            });
    Transmission transmission = planes.transmitter.start(pausing, reception.stub());
    assertThat(sink.inputStream().read()).isEqualTo(42);
    seen.countDown();
    assertThat(sink.inputStream().read()).isEqualTo(43);
    assertThat(sink.inputStream().read()).isEqualTo(-1);
    assertThat(reception.await(transmission.confirmation()).bytes()).isEqualTo(2);
  }

  @Test
  void shouldTellBothEndsThatAProducerFailed() throws Exception {
    start(Protection.PRIVACY);
    Reception reception = planes.receiver.receptions().open(Sink.file(folder.resolve("to")));
    Source failing =
        Source.producer(
            out -> {
              out.write(ByteBuffer.allocate(1_000_000));
              throw new IOException("no more tape");
            });
    Transmission transmission = planes.transmitter.start(failing, reception.stub());
    assertThatThrownBy(() -> reception.await(transmission.confirmation()))
        .hasMessageContaining("no more tape")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SOURCE_FAILED));
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SOURCE_FAILED));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldMakeAReaderSlowTheTransmitterDown() throws Exception {
    start(Protection.PRIVACY);
    byte[] content = random(20_000_000);
    StreamSink sink = Sink.input();
    Reception reception = planes.receiver.receptions().open(sink);
    planes.transmitter.transmit(Source.bytes(content), reception.stub());
    InputStream in = sink.inputStream();
    assertThat(in.readNBytes(1_000)).hasSize(1_000);
    // What the reader has not asked for waits in the sockets and in one pipe, not in memory of any
    // size.
    assertThat(reception.transfer().bytes()).isLessThan(1_000_000);
    assertThat(in.readAllBytes()).hasSize(content.length - 1_000);
  }

  @Test
  void shouldEndTheTransferWhenTheReaderCloses() throws Exception {
    start(Protection.PRIVACY);
    StreamSink sink = Sink.input();
    Reception reception = planes.receiver.receptions().open(sink);
    Transmission transmission =
        planes.transmitter.start(Source.bytes(random(20_000_000)), reception.stub());
    sink.inputStream().close();
    assertThatThrownBy(transmission::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SINK_FAILED));
  }

  @ParameterizedTest
  @MethodSource("mixedFloors")
  void shouldNeverGoBelowAnyFloor(
      Protection receiver, Protection ticket, Protection sender, Protection expected)
      throws Exception {
    planes =
        Planes.of(
            Planes.loopback("receiver").floor(receiver), Planes.loopback("sender").floor(sender));
    Reception reception = planes.receiver.receptions().open(Sink.discard(), Long.MAX_VALUE, ticket);
    Receipt receipt =
        reception.await(
            planes.transmitter.transmit(Source.bytes(random(1_000_000)), reception.stub()));
    assertThat(receipt.protection()).isEqualTo(expected);
  }

  static Stream<Arguments> mixedFloors() {
    return Stream.of(Protection.values())
        .flatMap(
            receiver ->
                Stream.of(Protection.values())
                    .flatMap(
                        ticket ->
                            Stream.of(Protection.values())
                                .map(
                                    sender ->
                                        Arguments.of(
                                            receiver,
                                            ticket,
                                            sender,
                                            Stream.of(receiver, ticket, sender)
                                                    .allMatch(Protection.AUTHENTICATION::equals)
                                                ? Protection.AUTHENTICATION
                                                : Protection.PRIVACY))));
  }

  static Stream<Protection> levels() {
    return Stream.of(Protection.PRIVACY, Protection.AUTHENTICATION);
  }

  private static byte[] readAll(InputStream in) {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
