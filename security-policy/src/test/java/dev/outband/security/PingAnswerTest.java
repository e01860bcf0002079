package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.rmi.NotBoundException;
import java.rmi.registry.Registry;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PingAnswerTest {
  private static final int CALL = 0x50;
  private static final int RETURN = 0x51;
  private static final int PING = 0x52;
  private static final int ALIVE = 0x53;
  private static final int LATER_ALIVE = 0x54;
  private static final String RESULT = "51aced0005770f010000000000000000000000000000";
  private static final HexFormat HEX = HexFormat.of();

  private final Watchdog watchdog = new Watchdog("test-watchdog");
  private final Socket unconnected = new Socket();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final AtomicLong sinceWrittenNs = new AtomicLong();
  private final Answers decrypted = new Answers();
  private ByteArrayInputStream below = new ByteArrayInputStream(new byte[0]);
  private OutputStream out;
  private InputStream in;

  /** The two streams as RMI sees them: behind buffers of its own. */
  @BeforeEach
  void open() throws IOException {
    MeteredStreams streams =
        new MeteredStreams(
            decrypted,
            sent,
            watchdog.watch(unconnected),
            ControlLimits.defaults(),
            MeteredStreams.Budget.ENDLESS);
    PingAnswer pings =
        new PingAnswer(
            streams,
            new InputStream() {
              @Override
              public int read() {
                return below.read();
              }

              @Override
              public int available() {
                return below.available();
              }
            },
            sinceWrittenNs::get);
    out = new BufferedOutputStream(pings.output());
    in = new BufferedInputStream(new ReplyInput(streams, pings));
  }

  @AfterEach
  void close() throws IOException {
    RmiMessage.forgetBegun();
    unconnected.close();
    watchdog.close();
  }

  /** A return first, and one byte for each later question, which is not there before it is read. */
  private static final class Answers extends InputStream {
    private byte[] first = HEX.parseHex(RESULT);
    private int position;

    /** Besides what is left of the return. */
    private int available;

    @Override
    public int read() {
      return position < first.length ? first[position++] & 0xff : LATER_ALIVE;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int count = position < first.length ? Math.min(length, first.length - position) : 1;
      for (int i = 0; i < count; i++) {
        bytes[offset + i] = (byte) read();
      }
      return count;
    }

    @Override
    public int available() {
      return available + (position == 0 ? 0 : first.length - position);
    }
  }

  /** The first byte of what is answered to that; the rest of it is read. */
  private int asked(int... message) throws IOException {
    for (int value : message) {
      out.write(value);
    }
    out.flush();
    int answer = in.read();
    in.skipNBytes(in.available());
    return answer;
  }

  @Test
  void shouldAnswerForAServerThatHasAnsweredAMomentAgo() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    sinceWrittenNs.set(PingAnswer.TRUSTED_NS - 1);
    assertThat(asked(PING)).isEqualTo(ALIVE);
    assertThat(asked(PING)).isEqualTo(ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL);
    assertThat(asked(CALL)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, CALL);
  }

  /** RMI itself asks nobody for 5 ms at first. */
  @Test
  void shouldSpareTheServerRmisQuestionAndNoMore(@TempDir Path folder) throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    try (Doors doors = new Doors(domain.server("one"));
        TestClient client = new TestClient(domain.client("a"), doors.port())) {
      Registry registry = client.registry();
      // The first has the connection's header, and may take so long that the next one asks.
      long call =
          LongStream.generate(() -> bytesOfCall(doors, registry, 0)).limit(20).min().orElseThrow();
      // A busy machine may take more than 50 ms over it.
      await()
          .until(
              () ->
                  bytesOfCall(doors, registry, 0) >= call
                      && bytesOfCall(doors, registry, 7) == call);
      // Or so long over an answer that RMI does not ask after 60 ms.
      await().until(() -> bytesOfCall(doors, registry, 60) == call + 1);
    }
  }

  private static long bytesOfCall(Doors doors, Registry registry, long afterMs) {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMs);
    while (System.nanoTime() - endNs < 0) {
      Thread.onSpinWait();
    }
    doors.read();
    try (CallScope scope = CallScope.enter(SerialFilters.values(ObjectReference.class))) {
      assertThat(registry.lookup(Directory.NAME)).isNotNull();
    } catch (IOException | NotBoundException e) {
      throw new AssertionError(e);
    }
    return doors.read();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // An exception, whose connection the server may be about to end.
        "51aced0005770f020000000000000000000000000000",
        // What cannot be told yet.
        "51aced0005770f",
        // No return.
        "53aced0005770f010000000000000000000000000000",
      })
  void shouldAskWhereTheLastAnswerWasNoResult(String answer) throws Exception {
    decrypted.first = HEX.parseHex(answer);
    assertThat(asked(CALL)).isEqualTo(Integer.parseInt(answer.substring(0, 2), 16));
    assertThat(asked(PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
  }

  @Test
  void shouldAskAServerThatWasAskedForNothingForAWhile() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    sinceWrittenNs.set(PingAnswer.TRUSTED_NS);
    assertThat(asked(PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
  }

  @Test
  void shouldAskWhenSomethingHasComeThatNobodyHasRead() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    below = new ByteArrayInputStream(new byte[1]);
    assertThat(asked(PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
  }

  @Test
  void shouldAskWhenMoreWasInARecordThanWasRead() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    decrypted.available = 1;
    assertThat(asked(PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
  }

  @Test
  void shouldPassOnTheSameByteWhereItGoesOnWithAMessage() throws Exception {
    out.write(CALL);
    out.flush();
    assertThat(asked(PING)).isEqualTo(RETURN);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
    assertThat(asked(PING, PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING, PING, PING);
  }
}
