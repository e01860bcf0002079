package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PingAnswerTest {
  private static final int CALL = 0x50;
  private static final int RETURN = 0x51;
  private static final int PING = 0x52;
  private static final int ALIVE = 0x53;
  private static final int LATER_ALIVE = 0x54;

  private final Watchdog watchdog = new Watchdog("test-watchdog");
  private final Socket unconnected = new Socket();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final AtomicLong silentNs = new AtomicLong();
  private ByteArrayInputStream below = new ByteArrayInputStream(new byte[0]);
  private OutputStream out;
  private InputStream in;

  /** The two streams as RMI sees them: behind buffers of its own. */
  @BeforeEach
  void open() throws IOException {
    MeteredStreams streams =
        new MeteredStreams(
            new ByteArrayInputStream(new byte[] {RETURN, LATER_ALIVE}),
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
            silentNs::get);
    out = new BufferedOutputStream(pings.output());
    in = new BufferedInputStream(new ReplyInput(streams, pings), 1);
  }

  @AfterEach
  void close() throws IOException {
    RmiMessage.forgetBegun();
    unconnected.close();
    watchdog.close();
  }

  private int asked(int... message) throws IOException {
    for (int value : message) {
      out.write(value);
    }
    out.flush();
    return in.read();
  }

  @Test
  void shouldAnswerForAServerThatWasHeardOfAMomentAgo() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    silentNs.set(PingAnswer.TRUSTED_NS - 1);
    assertThat(asked(PING)).isEqualTo(ALIVE);
    assertThat(asked(PING)).isEqualTo(ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL);
    assertThat(asked(CALL)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, CALL);
  }

  @Test
  void shouldAskAServerThatHasBeenSilent() throws Exception {
    assertThat(asked(CALL)).isEqualTo(RETURN);
    silentNs.set(PingAnswer.TRUSTED_NS);
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
  void shouldPassOnTheSameByteWhereItGoesOnWithAMessage() throws Exception {
    out.write(CALL);
    out.flush();
    assertThat(asked(PING)).isEqualTo(RETURN);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING);
    assertThat(asked(PING, PING)).isEqualTo(LATER_ALIVE);
    assertThat(sent.toByteArray()).containsExactly(CALL, PING, PING, PING);
  }
}
