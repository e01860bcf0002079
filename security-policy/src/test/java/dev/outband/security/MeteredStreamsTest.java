package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written to a control connection, and what of it is one record of TLS. */
class MeteredStreamsTest {
  private static final int UNWRITABLE = 666;
  private static final UUID ID = new UUID(1, 2);
  private static final byte[] REPLY = {0x51, 7, 8};

  private final Watchdog watchdog = new Watchdog("test-watchdog");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Integer> lengths = new ArrayList<>();
  private boolean failing;
  private boolean isSlow;
  private final MeteredStreams streams =
      new MeteredStreams(
          InputStream.nullInputStream(),
          new Recording(),
          watchdog.watch(new Socket()),
          ControlLimits.defaults(),
          MeteredStreams.Budget.ENDLESS);

  /** Takes down how long each write was. */
  private final class Recording extends OutputStream {
    @Override
    public void write(int value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (failing) {
        throw new IOException("not now");
      }
      long startNs = System.nanoTime();
      while (isSlow && System.nanoTime() - startNs < 2_000_000) {
        Thread.onSpinWait();
      }
      if (length == UNWRITABLE) {
        throw new IllegalStateException("not that");
      }
      lengths.add(length);
      written.write(bytes, offset, length);
    }
  }

  @AfterEach
  void stop() {
    watchdog.close();
  }

  @Test
  void shouldWriteShortMessagesAsTheyAre() throws Exception {
    OutputStream out = streams.output();
    for (int bytes : new int[] {1, 4_000, 7_000}) {
      out.write(new byte[bytes]);
      out.flush();
    }
    out.write(7);
    assertThat(lengths).containsExactly(1, 4_000, 7_000, 1);
  }

  @Test
  void shouldFillRecordsWithWhatRmiWritesInPieces() throws Exception {
    byte[] message = new byte[100_000];
    new Random(1).nextBytes(message);
    BufferedOutputStream rmi = new BufferedOutputStream(streams.output());
    for (int i = 0; i < message.length; i += 1_000) {
      rmi.write(message, i, 1_000);
    }
    rmi.flush();
    rmi.write(message, 0, 10);
    rmi.flush();
    assertThat(lengths).containsExactly(16_367, 16_367, 16_367, 16_367, 16_367, 16_367, 1_798, 10);
    assertThat(written.toByteArray()).startsWith(message).endsWith(Arrays.copyOf(message, 10));
  }

  @Test
  void shouldWriteNothingMoreForARecordThatIsFull() throws Exception {
    OutputStream out = streams.output();
    out.write(new byte[2 * 16_367]);
    out.flush();
    assertThat(lengths).containsExactly(16_367, 16_367);
  }

  @Test
  void shouldWriteNothingBehindAWriteThatFailed() throws Exception {
    OutputStream out = streams.output();
    assertThatThrownBy(() -> out.write(new byte[UNWRITABLE]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> out.write(1)).hasMessage("a write before failed");
    assertThat(lengths).isEmpty();
  }

  @Test
  void shouldSendBytesAheadInTheRecordsOfTheReply() throws Exception {
    byte[] content = new byte[40_000];
    new Random(2).nextBytes(content);
    ByteBuffer left = ByteBuffer.wrap(content);
    streams.sendAhead(
        ID,
        content.length,
        into -> {
          int count = into.remaining();
          into.put(left.slice(left.position(), count));
          left.position(left.position() + count);
        });
    assertThat(lengths).containsExactly(16_367, 16_367);
    streams.output().write(REPLY);
    streams.output().flush();
    streams.output().write(REPLY);
    streams.output().flush();
    assertThat(lengths).containsExactly(16_367, 16_367, 21 + 40_000 + 1 + 3 - 2 * 16_367, 3);
    assertThat(written.toByteArray())
        .isEqualTo(
            ByteBuffer.allocate(21 + 40_000 + 1 + 6)
                .put((byte) 0x42)
                .putLong(1)
                .putLong(2)
                .putInt(40_000)
                .put(content)
                .put((byte) 1)
                .put(REPLY)
                .put(REPLY)
                .array());
  }

  @Test
  void shouldSayThatBytesAheadAreVoidWhenTheirSourceFails() throws Exception {
    List<Throwable> failures =
        List.of(
            new TransferException(Code.SOURCE_FAILED, "gone"),
            new IllegalStateException("no"),
            new OutOfMemoryError("none"));
    for (Throwable failure : failures) {
      written.reset();
      AtomicInteger asked = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  streams.sendAhead(
                      ID,
                      40_000,
                      into -> {
                        if (asked.incrementAndGet() == 3) {
                          throwAny(failure);
                        }
                        into.put(new byte[into.remaining()]);
                      }))
          .isSameAs(failure);
      streams.output().write(REPLY);
      streams.output().flush();
      assertThat(written.toByteArray())
          .hasSize(21 + 40_000 + 1 + 3)
          .endsWith(new byte[] {0, REPLY[0], REPLY[1], REPLY[2]});
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAny(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void shouldGiveUpACallerThatTakesBytesAheadTooSlowly() {
    MeteredStreams impatient =
        new MeteredStreams(
            InputStream.nullInputStream(),
            new Recording(),
            watchdog.watch(new Socket()),
            ControlLimits.defaults().withWriteDeadline(Duration.ofMillis(1)),
            MeteredStreams.Budget.ENDLESS);
    isSlow = true;
    assertThatThrownBy(() -> impatient.sendAhead(ID, 40_000, into -> {}))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("each 64 KiB ahead of a reply must be read within 1 ms");
    assertThatThrownBy(
            () -> {
              impatient.output().write(REPLY);
              impatient.output().flush();
            })
        .hasMessage("a write before failed");
  }

  @Test
  void shouldWriteNoReplyBehindBytesAheadThatCouldNotBeWritten() throws Exception {
    streams.output().write(new byte[16_367 - 21]);
    assertThat(lengths).isEmpty();
    failing = true;
    assertThatThrownBy(() -> streams.sendAhead(ID, 10, into -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("not now");
    failing = false;
    streams.output().flush();
    assertThatThrownBy(() -> streams.output().write(REPLY)).hasMessage("a write before failed");
    assertThat(lengths).isEmpty();
  }
}
