package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written to a control connection, and what of it is one record of TLS. */
class MeteredStreamsTest {
  private static final int UNWRITABLE = 666;

  private final Watchdog watchdog = new Watchdog("test-watchdog");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Long> claims = new ArrayList<>();
  private long most = Long.MAX_VALUE;
  private final MeteredStreams streams =
      new MeteredStreams(
          InputStream.nullInputStream(),
          new Recording(),
          watchdog.watch(new Socket()),
          ControlLimits.defaults(),
          new Recorded());

  /** Takes down how long each write was. */
  private final class Recording extends OutputStream {
    @Override
    public void write(int value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (length == UNWRITABLE) {
        throw new IllegalStateException("not that");
      }
      lengths.add(length);
      written.write(bytes, offset, length);
    }
  }

  /** Takes down what is claimed. */
  private final class Recorded implements MeteredStreams.Budget {
    @Override
    public void claim(long bytes) {
      claims.add(bytes);
    }

    @Override
    public boolean claimForReply(long bytes) {
      return bytes <= most && claims.add(bytes);
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
  void shouldHoldWhatAReplyTakesUntilItIsWritten() throws Exception {
    most = 100_000;
    assertThat(streams.holdForReply(8_192)).isTrue();
    assertThat(streams.holdForReply(60_000)).isTrue();
    assertThat(streams.holdForReply(60_000)).isFalse();
    assertThat(streams.holdForReply(40_000)).isTrue();
    assertThat(claims).containsExactly(60_000L, 100_000L);
    streams.output().write(new byte[10_000]);
    assertThat(claims).hasSize(2);
    streams.output().flush();
    assertThat(claims).containsExactly(60_000L, 100_000L, 0L);
  }

  @Test
  void shouldHoldWhatAReplyTakesBesideItsCall() throws Exception {
    streams.hold(16_000);
    assertThat(streams.holdForReply(20_000)).isTrue();
    assertThat(claims).containsExactly(16_000L + 2_000 - 8_192, 16_000L + 2_000 - 8_192 + 20_000);
  }
}
