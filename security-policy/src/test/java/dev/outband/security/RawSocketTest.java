package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket reads is what any other would, whether it waits asleep or awake. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RawSocketTest {
  private static final byte[] SENT = {1, 2, 3, 4, 5, 6, 7};

  private ServerSocket listening;
  private RawSocket reading;
  private Socket writing;

  @BeforeEach
  void connect() throws IOException {
    listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    reading = new RawSocket();
    reading.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
    writing = listening.accept();
  }

  @AfterEach
  void close() throws IOException {
    writing.close();
    reading.close();
    listening.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldReadWhatWasSentAndItsEnd(boolean isProven) throws Exception {
    if (isProven) {
      reading.proven();
    }
    InputStream in = reading.getInputStream();
    OutputStream out = writing.getOutputStream();
    for (int i = 0; i < 100; i++) {
      out.write(SENT);
      assertThat(in.read()).isEqualTo(SENT[0]);
      assertThat(in.readNBytes(SENT.length - 1)).containsExactly(2, 3, 4, 5, 6, 7);
    }
    writing.shutdownOutput();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[8])).isEqualTo(-1);
    assertThat(in.read(new byte[8])).isEqualTo(-1);
  }

  @Test
  void shouldGiveWhatItHasReadAheadToWhoeverAsksForItsStream() throws Exception {
    byte[] much = new byte[100_000];
    new Random(1).nextBytes(much);
    FutureTask<Void> written =
        new FutureTask<>(
            () -> {
              writing.getOutputStream().write(much);
              return null;
            });
    Thread writer = new Thread(written, "outband-test-writer");
    writer.start();
    byte[] come = new byte[much.length];
    InputStream in = reading.getInputStream();
    assertThat(in.read(come, 0, 0)).isZero();
    assertThat(in.readNBytes(come, 0, 5)).isEqualTo(5);
    assertThat(in.available()).isPositive();
    int count = 5;
    for (int wanted = 1; count < come.length; wanted = 3 * wanted + 1) {
      int read = reading.getInputStream().read(come, count, Math.min(wanted, come.length - count));
      assertThat(read).isPositive();
      count += read;
    }
    assertThat(come).isEqualTo(much);
    written.get();
    writer.join();
  }

  @Test
  void shouldGiveNothingThatItHasReadAheadOnceItIsClosed() throws Exception {
    writing.getOutputStream().write(SENT);
    InputStream in = reading.getInputStream();
    assertThat(in.read()).isEqualTo(SENT[0]);
    reading.close();
    assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
    assertThatThrownBy(reading::getInputStream).isInstanceOf(SocketException.class);
  }

  @Test
  void shouldKeepItsTimeout() throws Exception {
    reading.proven();
    reading.setSoTimeout(50);
    InputStream in = reading.getInputStream();
    for (int i = 0; i < 8; i++) {
      assertThatThrownBy(() -> in.read(new byte[8])).isInstanceOf(SocketTimeoutException.class);
    }
    writing.getOutputStream().write(SENT);
    assertThat(in.read()).isEqualTo(SENT[0]);
  }

  @Test
  void shouldEndAWaitWhenItIsClosed() throws Exception {
    reading.proven();
    InputStream in = reading.getInputStream();
    FutureTask<Integer> read = new FutureTask<>(in::read);
    Thread reader = new Thread(read, "outband-test-reader");
    reader.start();
    reading.close();
    assertThatThrownBy(read::get).cause().isInstanceOf(SocketException.class);
    reader.join();
  }

  @Test
  void shouldBeAcceptedInto() throws Exception {
    try (Accepting accepting = new Accepting();
        Socket other = new Socket(InetAddress.getLoopbackAddress(), accepting.getLocalPort());
        RawSocket accepted = accepting.acceptRaw()) {
      accepted.proven();
      other.getOutputStream().write(SENT);
      assertThat(accepted.getInputStream().readNBytes(SENT.length)).isEqualTo(SENT);
      assertThat(accepted.getRemoteSocketAddress()).isEqualTo(other.getLocalSocketAddress());
    }
  }

  private static final class Accepting extends ServerSocket {
    Accepting() throws IOException {
      super(0, 1, InetAddress.getLoopbackAddress());
    }

    RawSocket acceptRaw() throws IOException {
      RawSocket accepted = RawSocket.unmade();
      implAccept(accepted);
      return accepted;
    }
  }
}
