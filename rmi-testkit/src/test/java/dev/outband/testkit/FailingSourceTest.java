package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that is not what it was, or stops being one: both ends say so, and nothing stays. */
@Timeout(120)
class FailingSourceTest extends MatrixTest {

  /** More than any socket holds. */
  private static final int PLENTY = 48 << 20;

  FailingSourceTest() {
    super(Rig.LONG);
  }

  @Test
  void shouldFailAtBothEndsWhenAFileShrinks() throws Exception {
    Reception reception = open();
    ReceptionStub stub = reception.stub();
    ReceptionStub whole = new ReceptionStub(stub.endpoints(), stub.ticket());
    shrinks(reception, whole, "the file ended at byte " + PLENTY / 2 + " of " + PLENTY);
  }

  /** Which stripe meets the end first, nobody knows. */
  @Test
  void shouldFailAtBothEndsWhenAFileShrinksThatGoesInStripes() throws Exception {
    Reception reception = open();
    shrinks(reception, reception.stub(), " of " + PLENTY);
  }

  private void shrinks(Reception reception, ReceptionStub stub, String reason) throws Exception {
    Path source = file("shrinking", PLENTY);
    reception.transfer().limitRate(1_000);
    Transmission transmission = rig.transmitter.start(Source.file(source), stub);
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
      channel.truncate(PLENTY / 2);
    }
    reception.transfer().limitRate(Long.MAX_VALUE);
    assertBothFail(transmission, reception, reason);
  }

  @Test
  void shouldSendWhatAFileWasWhenItGrows() throws Exception {
    Path source = file("growing", PLENTY);
    Path before = Files.copy(source, folder.resolve("before"));
    Reception reception = open();
    reception.transfer().limitRate(1_000);
    Transmission transmission = rig.transmitter.start(Source.file(source), reception.stub());
    Files.write(source, new byte[1_000], StandardOpenOption.APPEND);
    reception.transfer().limitRate(Long.MAX_VALUE);
    assertThat(reception.await(transmission.confirmation()).bytes()).isEqualTo(PLENTY);
    assertThat(Files.mismatch(targets.resolve("target"), before)).isEqualTo(-1);
    Files.delete(targets.resolve("target"));
  }

  @Test
  void shouldFailAtBothEndsWhenAStreamFailsMidway() throws Exception {
    for (Exception failure :
        new Exception[] {new IOException("torn"), new IllegalStateException("torn")}) {
      for (int after : new int[] {0, 1, 262_144, 3_000_000}) {
        assertFails(Source.stream(failing(after, failure)));
        assertFails(Source.channel(Channels.newChannel(failing(after, failure))));
      }
    }
  }

  @Test
  void shouldFailAtBothEndsWhenAProducerThrows() throws Exception {
    assertFails(
        Source.producer(
            out -> {
              out.write(ByteBuffer.allocate(1_000_000));
              throw new IllegalStateException("torn");
            }));
    assertFails(
        Source.producer(
            out -> {
              throw new AssertionError("torn");
            }));
  }

  private void assertFails(Source source) throws Exception {
    Reception reception = open();
    Transmission transmission = rig.transmitter.start(source, reception.stub());
    assertBothFail(transmission, reception, "torn");
  }

  private void assertBothFail(Transmission transmission, Reception reception, String reason)
      throws Exception {
    assertThat(failure(transmission.receipt().toCompletableFuture()))
        .hasMessageContaining(reason)
        .extracting(TransferException::code)
        .isEqualTo(Code.SOURCE_FAILED);
    assertThat(failure(reception.transfer().receipt().toCompletableFuture()))
        .hasMessageContaining(reason)
        .extracting(TransferException::code)
        .isEqualTo(Code.SOURCE_FAILED);
    assertThat(targets).isEmptyDirectory();
  }

  static TransferException failure(java.util.concurrent.CompletableFuture<?> receipt)
      throws Exception {
    try {
      throw new AssertionError("a receipt: " + receipt.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return (TransferException) e.getCause();
    }
  }

  private Reception open() throws Exception {
    return rig.receiver.receptions().open(Sink.file(targets.resolve("target")));
  }

  private static InputStream failing(int after, Exception failure) {
    return new InputStream() {
      private int left = after;

      @Override
      public int read() throws IOException {
        if (left-- > 0) {
          return 7;
        }
        if (failure instanceof IOException checked) {
          throw checked;
        }
        throw (RuntimeException) failure;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int count = Math.min(left, length);
        if (count <= 0) {
          return read();
        }
        left -= count;
        return count;
      }
    };
  }
}
