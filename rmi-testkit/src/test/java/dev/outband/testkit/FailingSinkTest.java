package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.FileDestination;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A sink that fails on its nth write, for every n up to 200, and at every other step: both ends say
 * so, nothing stays, and the next transfer works.
 */
@Timeout(120)
class FailingSinkTest extends MatrixTest {

  private static final int WRITES = 200;
  private static final int BYTES_A_WRITE = 1_000;
  private static final byte[] CONTENT = new byte[(WRITES + 10) * BYTES_A_WRITE];

  FailingSinkTest() {
    super(Rig.LONG);
  }

  @Test
  void shouldFailAtBothEndsWhicheverWriteOfAFileFails() throws Exception {
    for (int n = 1; n <= WRITES; n++) {
      Target target = new Target(n, Step.NONE);
      assertFails(Sink.file(target), Code.SINK_FAILED, "the sink failed: write " + n);
      assertThat(target.discarded).isTrue();
    }
    assertWorks(Sink.file(new Target(Integer.MAX_VALUE, Step.NONE)));
    Files.delete(targets.resolve("target"));
  }

  @Test
  void shouldFailAtBothEndsWhicheverWriteOfAChannelFails() throws Exception {
    for (int n = 1; n <= WRITES; n++) {
      assertFails(
          Sink.channel(new Taking(n, false)), Code.SINK_FAILED, "the sink failed: write " + n);
    }
    assertWorks(Sink.channel(new Taking(Integer.MAX_VALUE, false)));
  }

  @Test
  void shouldFailAtBothEndsWhenAChannelThrowsWhatItShouldNot() throws Exception {
    assertFails(Sink.channel(new Taking(2, true)), Code.SINK_FAILED, "write 2");
    assertWorks(Sink.channel(new Taking(Integer.MAX_VALUE, false)));
  }

  @Test
  void shouldFailAtBothEndsWhicheverStepOfAFileFails() throws Exception {
    for (Step step : new Step[] {Step.FORCE, Step.PUBLISH}) {
      assertFails(
          Sink.file(new Target(Integer.MAX_VALUE, step)), Code.SINK_FAILED, "the sink failed: ");
    }
    Reception reception =
        rig.receiver.receptions().open(Sink.file(new Target(Integer.MAX_VALUE, Step.CREATE)));
    assertThatThrownBy(() -> rig.transmitter.start(Source.bytes(CONTENT), reception.stub()))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SINK_FAILED));
    assertThat(FailingSourceTest.failure(reception.transfer().receipt().toCompletableFuture()))
        .extracting(TransferException::code)
        .isEqualTo(Code.SINK_FAILED);
  }

  private void assertFails(Sink sink, Code code, String reason) throws Exception {
    Reception reception = rig.receiver.receptions().open(sink);
    Transmission transmission = rig.transmitter.start(Source.bytes(CONTENT), reception.stub());
    for (var receipt :
        new java.util.concurrent.CompletionStage<?>[] {
          transmission.receipt(), reception.transfer().receipt()
        }) {
      assertThat(FailingSourceTest.failure(receipt.toCompletableFuture()))
          .hasMessageContaining(reason)
          .extracting(TransferException::code)
          .isEqualTo(code);
    }
    assertThat(targets).isEmptyDirectory();
  }

  private void assertWorks(Sink sink) throws Exception {
    Reception reception = rig.receiver.receptions().open(sink);
    Transmission transmission = rig.transmitter.start(Source.bytes(CONTENT), reception.stub());
    assertThat(reception.await(transmission.confirmation()).bytes()).isEqualTo(CONTENT.length);
  }

  /** Takes a few bytes a time, until it fails. */
  private static final class Taking implements WritableByteChannel {
    private final int failing;
    private final boolean unchecked;
    private int writes;

    private Taking(int failing, boolean unchecked) {
      this.failing = failing;
      this.unchecked = unchecked;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (++writes == failing) {
        if (unchecked) {
          throw new IllegalStateException("write " + writes);
        }
        throw new IOException("write " + writes);
      }
      int count = Math.min(from.remaining(), BYTES_A_WRITE);
      from.position(from.position() + count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** What of a file fails. */
  private enum Step {
    NONE,
    CREATE,
    FORCE,
    PUBLISH
  }

  private final class Target implements FileDestination {
    private final Path temporary = targets.resolve(".target");
    private final int failing;
    private final Step step;
    private volatile boolean discarded;

    private Target(int failing, Step step) {
      this.failing = failing;
      this.step = step;
    }

    @Override
    public FileChannel create() throws IOException {
      if (step == Step.CREATE) {
        throw new IOException("create");
      }
      return new ShortWrites(
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          failing,
          step == Step.FORCE);
    }

    @Override
    public void publish() throws IOException {
      if (step == Step.PUBLISH) {
        throw new IOException("publish");
      }
      Files.move(temporary, targets.resolve("target"));
    }

    @Override
    public void discard() throws IOException {
      discarded = true;
      Files.deleteIfExists(temporary);
    }
  }
}
