package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client takes from its control connection ahead of a reply, and what RMI then reads. */
class BytesAheadTest {
  private static final UUID ID = new UUID(3, 4);
  private static final byte[] REPLY = {0x51, 0x42, 9, 8, 7};
  private static final int MOST = 100_000;

  private final Watchdog watchdog = new Watchdog("test-watchdog");
  private final Recorded taker = new Recorded();

  /** Takes what is of one ticket. */
  private static final class Recorded implements BytesAhead.Taker {
    private final byte[] room = new byte[MOST];
    private final List<Integer> asked = new ArrayList<>();
    private final List<UUID> taken = new ArrayList<>();

    @Override
    public byte[] room(UUID id, int length) throws IOException {
      if (!id.equals(ID) || length > MOST) {
        throw new IOException("not asked for");
      }
      asked.add(length);
      return room;
    }

    @Override
    public void taken(UUID id) {
      taken.add(id);
    }
  }

  @AfterEach
  void stop() {
    watchdog.close();
    RmiMessage.forgetBegun();
  }

  private InputStream replies(int piece, byte[]... parts) throws IOException {
    return replies(ControlLimits.defaults(), piece, parts);
  }

  /** As RMI sees it: behind a buffer, once it has written a call. */
  private InputStream replies(ControlLimits limits, int piece, byte[]... parts) throws IOException {
    MeteredStreams streams =
        new MeteredStreams(
            new Pieces(join(parts), piece),
            new ByteArrayOutputStream(),
            watchdog.watch(new Socket()),
            limits,
            MeteredStreams.Budget.ENDLESS);
    streams.output().write(0x50);
    return new BufferedInputStream(
        new ReplyInput(streams, new PingAnswer(streams, InputStream.nullInputStream())));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 21, 22, 1_000, 1_000_000})
  void shouldTakeWhatIsAheadAndLeaveRmiTheReply(int piece) throws Exception {
    byte[] content = new byte[50_000];
    new Random(1).nextBytes(content);
    try (BytesAhead.Expectation expected = BytesAhead.expect(taker)) {
      InputStream in = replies(piece, ahead(ID, content, 1), REPLY);
      assertThat(in.read()).isEqualTo(0x51);
      assertThat(RmiMessage.takeBegun()).isEqualTo(RmiMessage.RETURN);
      assertThat(in.readNBytes(4)).isEqualTo(Arrays.copyOfRange(REPLY, 1, 5));
    }
    assertThat(taker.asked).containsExactly(content.length);
    assertThat(taker.taken).containsExactly(ID);
    assertThat(taker.room).startsWith(content);
  }

  @Test
  void shouldTakeSeveralAndNoneThatAreVoid() throws Exception {
    try (BytesAhead.Expectation expected = BytesAhead.expect(taker)) {
      InputStream in =
          replies(100, ahead(ID, new byte[7], 0), ahead(ID, new byte[] {1, 2}, 1), REPLY);
      assertThat(in.readNBytes(5)).isEqualTo(REPLY);
    }
    assertThat(taker.asked).containsExactly(7, 2);
    assertThat(taker.taken).containsExactly(ID);
    assertThat(taker.room).startsWith(1, 2, 0);
  }

  @Test
  void shouldNotCountWhatIsAheadAsPartOfTheReply() throws Exception {
    ControlLimits short100 = ControlLimits.defaults().withMaxMessageBytes(100);
    try (BytesAhead.Expectation expected = BytesAhead.expect(taker)) {
      InputStream in = replies(short100, 1_000, ahead(ID, new byte[70_000], 1), REPLY);
      assertThat(in.readNBytes(5)).isEqualTo(REPLY);
      byte[] longer = new byte[101];
      longer[0] = 0x51;
      assertThatThrownBy(
              () -> replies(short100, 60, ahead(ID, new byte[70_000], 1), longer).readAllBytes())
          .hasMessage("RMI message must be 0..100 bytes, not more");
    }
  }

  @Test
  void shouldReadRepliesWithNothingAheadAsTheyAre() throws Exception {
    for (int piece : new int[] {1, 100}) {
      assertThat(replies(piece, REPLY).readAllBytes()).isEqualTo(REPLY);
    }
    assertThat(replies(1).read()).isEqualTo(-1);
  }

  @Test
  void shouldRefuseWhatWasNotAskedForOrIsMalformed() throws Exception {
    byte[] good = ahead(ID, new byte[7], 1);
    assertThatThrownBy(() -> replies(100, good, REPLY).read())
        .hasMessage("bytes ahead of the reply were not asked for");
    try (BytesAhead.Expectation expected = BytesAhead.expect(taker)) {
      assertThatThrownBy(() -> replies(100, ahead(new UUID(3, 5), new byte[7], 1)).read())
          .hasMessage("not asked for");
      for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
        byte[] forged = good.clone();
        ByteBuffer.wrap(forged).putInt(17, length);
        assertThatThrownBy(() -> replies(100, forged).read())
            .hasMessage("bytes ahead of the reply must be at least 1, not " + length);
      }
      byte[] forged = good.clone();
      ByteBuffer.wrap(forged).putInt(17, Integer.MAX_VALUE);
      assertThatThrownBy(() -> replies(100, forged).read()).hasMessage("not asked for");
      assertThatThrownBy(() -> replies(100, ahead(ID, new byte[7], 2)).read())
          .hasMessage("bytes ahead of the reply must end with 0 or 1, not 2");
      for (int cut = 1; cut < good.length; cut++) {
        byte[] begun = Arrays.copyOf(good, cut);
        assertThatThrownBy(() -> replies(100, begun).read()).isInstanceOf(EOFException.class);
      }
      assertThat(replies(100, good).read()).isEqualTo(-1);
    }
    assertThat(taker.taken).hasSize(1);
  }

  @Test
  void shouldGoBackToWhatWasExpectedBefore() throws Exception {
    Recorded inner = new Recorded();
    try (BytesAhead.Expectation one = BytesAhead.expect(taker)) {
      try (BytesAhead.Expectation other = BytesAhead.expect(inner)) {
        assertThat(replies(100, ahead(ID, new byte[7], 1), REPLY).read()).isEqualTo(0x51);
      }
      assertThat(replies(100, ahead(ID, new byte[8], 1), REPLY).read()).isEqualTo(0x51);
    }
    assertThat(inner.asked).containsExactly(7);
    assertThat(taker.asked).containsExactly(8);
  }

  @Test
  void shouldHaveNowhereToSendWhereNoCallIsServed() {
    assertThat(BytesAhead.areServed()).isFalse();
    assertThatThrownBy(() -> BytesAhead.send(ID, 1, into -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this thread serves no call");
  }

  private static byte[] ahead(UUID id, byte[] content, int end) {
    return join(BytesAhead.head(id, content.length), content, new byte[] {(byte) end});
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** Gives no more than so much at once, as records of TLS do. */
  private static final class Pieces extends ByteArrayInputStream {
    private final int atOnce;

    Pieces(byte[] bytes, int atOnce) {
      super(bytes);
      this.atOnce = atOnce;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(length, atOnce));
    }
  }
}
