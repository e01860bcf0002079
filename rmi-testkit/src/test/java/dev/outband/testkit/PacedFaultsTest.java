package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Direction;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PacedFaultsTest {

  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final int RATE = 200_000;

  private ServerSocket server;
  private ChaosProxy proxy;
  private Socket dialer;
  private Socket listener;

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    proxy = ChaosProxy.to((InetSocketAddress) server.getLocalSocketAddress());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    dialer.close();
    listener.close();
    server.close();
  }

  @Test
  void shouldPassNoMoreThanTheRate() throws Exception {
    connect(Fault.throttle(RATE));
    long startNs = System.nanoTime();
    sendAndEnd(new byte[RATE / 2]);
    assertThat(listener.getInputStream().readAllBytes()).hasSize(RATE / 2);
    assertThat(since(startNs)).isGreaterThan(Duration.ofMillis(450));
  }

  @Test
  void shouldPassEveryByteLaterAndInOrder() throws Exception {
    connect(Fault.delay(PAUSE));
    InputStream in = listener.getInputStream();
    for (int i = 1; i <= 2; i++) {
      long startNs = System.nanoTime();
      dialer.getOutputStream().write(i);
      assertThat(in.read()).isEqualTo(i);
      assertThat(since(startNs)).isGreaterThan(PAUSE.minusMillis(2));
    }
    byte[] content = noise(1_000_000);
    long startNs = System.nanoTime();
    sendAndEnd(content);
    assertThat(in.readAllBytes()).isEqualTo(content);
    assertThat(since(startNs)).isGreaterThan(PAUSE.minusMillis(2));
  }

  @Test
  void shouldPassSomeBytesTwice() throws Exception {
    connect(Fault.duplicate(1, 2));
    sendAndEnd(new byte[] {1, 2, 3, 4});
    assertThat(listener.getInputStream().readAllBytes()).containsExactly(1, 2, 3, 2, 3, 4);
  }

  @Test
  void shouldPassSomeBytesTwiceThatComeOneByOne() throws Exception {
    Filter filter = Fault.duplicate(70_000, 70_000).newFilter();
    byte[] content = noise(200_000);
    Collected passed = new Collected();
    for (int at = 0; at < content.length; ) {
      int part = Math.min(content.length - at, 9_999);
      byte[] piece = Arrays.copyOfRange(content, at, at + part);
      filter.take(piece, part, passed);
      at += part;
    }
    connect(Fault.none());
    assertThat(passed.toByteArray()).hasSize(270_000).startsWith(content[0], content[1]);
    assertThat(Arrays.mismatch(passed.toByteArray(), 140_000, 210_000, content, 70_000, 140_000))
        .isEqualTo(-1);
    assertThat(Arrays.mismatch(passed.toByteArray(), 210_000, 270_000, content, 140_000, 200_000))
        .isEqualTo(-1);
  }

  @Test
  void shouldDrawTheSameFaultsFromTheSameSeed() throws Exception {
    connect(Fault.none());
    Random one = new Random(7);
    Random other = new Random(7);
    Set<String> kinds = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      String drawn = Fault.drawn(one, 1_000).toString();
      assertThat(Fault.drawn(other, 1_000)).hasToString(drawn);
      kinds.add(drawn.replaceAll("[0-9]+", "n"));
    }
    assertThat(kinds)
        .containsExactlyInAnyOrder(
            "cut at byte n by FIN",
            "cut at byte n by RST",
            "stall at byte n",
            "flip bit n of byte n",
            "duplicate n bytes from byte n");
  }

  @Test
  void shouldEndAtOnceThoughMuchIsHeldBack() throws Exception {
    connect(Fault.delay(Duration.ofMinutes(1)));
    sendAndEnd(new byte[100]);
    long startNs = System.nanoTime();
    proxy.close();
    assertThat(since(startNs)).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void shouldRefuseWhatIsOutOfBounds() throws Exception {
    connect(Fault.none());
    assertThatThrownBy(() -> Fault.throttle(0))
        .hasMessage("bytes per second must be 1 or more, not 0");
    assertThatThrownBy(() -> Fault.delay(Duration.ofMinutes(2)))
        .hasMessage("delay must be PT0S..PT1M, not PT2M");
    assertThatThrownBy(() -> Fault.duplicate(0, 0))
        .hasMessage("further duplicated bytes must be 0 or more, not -1");
  }

  private void connect(Fault fault) throws Exception {
    ProxiedConnection unused = proxy.next(Plan.of(Direction.TO_LISTENER, fault));
    dialer = new Socket(proxy.address().getAddress(), proxy.address().getPort());
    listener = server.accept();
  }

  private void sendAndEnd(byte[] bytes) throws Exception {
    dialer.getOutputStream().write(bytes);
    dialer.shutdownOutput();
  }

  private static Duration since(long startNs) {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return noise;
  }

  private static final class Collected extends java.io.ByteArrayOutputStream
      implements Filter.Outlet {
    @Override
    public void cut(CutBy how) {
      throw new AssertionError("nobody asked for a cut");
    }

    @Override
    public void stall() {
      throw new AssertionError("nobody asked for a stall");
    }

    @Override
    public void pauseUntil(long timeNs) {
      throw new AssertionError("nobody asked for a pause");
    }
  }
}
