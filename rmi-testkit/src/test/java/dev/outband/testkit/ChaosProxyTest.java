package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChaosProxyTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final byte[] FRAMES = {1, 0, 0, 1, 10, 2, 0, 0, 2, 20, 21, 3, 0, 0, 0};

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
    for (Socket socket : new Socket[] {dialer, listener}) {
      if (socket != null) {
        socket.close();
      }
    }
    server.close();
  }

  @Test
  void shouldPassAndRecordBothDirections() throws Exception {
    ProxiedConnection connection = connect(Plan.RECORDING);
    byte[] there = noise(1_000_000);
    Thread sender = new Thread(() -> sendAndEnd(dialer, there), "test-sender");
    sender.start();
    assertThat(listener.getInputStream().readAllBytes()).isEqualTo(there);
    sendAndEnd(listener, new byte[] {7});
    assertThat(dialer.getInputStream().readAllBytes()).containsExactly(7);
    sender.join();
    assertThat(connection.awaitEnd(LIMIT)).isTrue();
    assertThat(connection.recorded(TO_LISTENER)).isEqualTo(there);
    assertThat(connection.recorded(FROM_LISTENER)).containsExactly(7);
  }

  @Test
  void shouldCutBeforeTheNamedByteByFin() throws Exception {
    ProxiedConnection connection = connect(Plan.of(TO_LISTENER, Fault.cut(3, CutBy.FIN)));
    dialer.getOutputStream().write(new byte[] {1, 2, 3, 4, 5});
    assertThat(listener.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    assertThat(dialer.getInputStream().readAllBytes()).isEmpty();
    dialer.close();
    listener.close();
    assertThat(connection.awaitEnd(LIMIT)).isTrue();
  }

  @Test
  void shouldLetNobodyHearOfTheEndOfTheOtherWhenItHasFallenSilent() throws Exception {
    connect(Plan.PASSING);
    dialer.getOutputStream().write(1);
    assertThat(listener.getInputStream().read()).isEqualTo(1);
    proxy.silence();
    dialer.getOutputStream().write(2);
    dialer.close();
    listener.setSoTimeout(200);
    assertThatThrownBy(() -> listener.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    try (Socket later = new Socket(proxy.address().getAddress(), proxy.address().getPort())) {
      later.setSoTimeout(200);
      assertThatThrownBy(() -> later.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
    proxy.close();
    listener.setSoTimeout(10_000);
    assertThatThrownBy(() -> listener.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void shouldCutBeforeTheNamedByteByReset() throws Exception {
    ProxiedConnection connection = connect(Plan.of(FROM_LISTENER, Fault.cut(2, CutBy.RST)));
    listener.getOutputStream().write(new byte[] {1, 2});
    assertThat(dialer.getInputStream().readNBytes(2)).containsExactly(1, 2);
    listener.getOutputStream().write(new byte[] {3});
    assertThatThrownBy(() -> dialer.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> listener.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThat(connection.awaitEnd(LIMIT)).isTrue();
  }

  @Test
  void shouldHoldBackWhatFollowsAStall() throws Exception {
    ProxiedConnection connection = connect(Plan.of(TO_LISTENER, Fault.stall(1)));
    dialer.getOutputStream().write(new byte[] {1, 2});
    listener.setSoTimeout(200);
    assertThat(listener.getInputStream().read()).isEqualTo(1);
    assertThatThrownBy(() -> listener.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    listener.getOutputStream().write(9);
    assertThat(dialer.getInputStream().read()).isEqualTo(9);
    listener.close();
    assertThat(connection.awaitEnd(LIMIT)).isTrue();
  }

  @Test
  void shouldFlipOneBitAndNoOther() throws Exception {
    connect(Plan.of(TO_LISTENER, Fault.flip(8 * 2 + 7)));
    sendAndEnd(dialer, new byte[] {0, 0, 0, 0});
    assertThat(listener.getInputStream().readAllBytes()).containsExactly(0, 0, 0x80, 0);
  }

  @Test
  void shouldEditWholeFrames() throws Exception {
    assertThat(edited(Fault.dropFrame(1))).containsExactly(1, 0, 0, 1, 10, 3, 0, 0, 0);
    assertThat(edited(Fault.duplicateFrame(0)))
        .containsExactly(1, 0, 0, 1, 10, 1, 0, 0, 1, 10, 2, 0, 0, 2, 20, 21, 3, 0, 0, 0);
    assertThat(edited(Fault.swapFrames(0)))
        .containsExactly(2, 0, 0, 2, 20, 21, 1, 0, 0, 1, 10, 3, 0, 0, 0);
    assertThat(edited(Fault.appendToFrame(2, new byte[] {9})))
        .endsWith(3, 0, 0, 0, 9)
        .hasSize(FRAMES.length + 1);
    assertThat(edited(Fault.replaceFrame(1, new byte[] {9})))
        .containsExactly(1, 0, 0, 1, 10, 9, 3, 0, 0, 0);
    assertThat(edited(Fault.byteByByte())).isEqualTo(FRAMES);
    assertThat(edited(Fault.none())).isEqualTo(FRAMES);
  }

  @Test
  void shouldPassAFrameThatNeverEnds() throws Exception {
    connect(Plan.of(TO_LISTENER, Fault.dropFrame(5)));
    sendAndEnd(dialer, new byte[] {1, 0, 0, 9, 1, 2});
    assertThat(listener.getInputStream().readAllBytes()).containsExactly(1, 0, 0, 9, 1, 2);
  }

  @Test
  void shouldReplayAndTakeTheAnswer() throws Exception {
    Thread answering = new Thread(this::answerOnce, "test-listener");
    answering.start();
    assertThat(proxy.replay(new byte[] {1, 2, 3}, LIMIT)).containsExactly(3, 2, 1);
    answering.join();
  }

  @Test
  void shouldTellTheDialerThatNobodyListens() throws Exception {
    server.close();
    try (Socket socket = new Socket(proxy.address().getAddress(), proxy.address().getPort())) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldLoseTheListenerWhenTheDialerIsLost() throws Exception {
    connect(Plan.PASSING);
    dialer.getOutputStream().write(1);
    assertThat(listener.getInputStream().read()).isEqualTo(1);
    dialer.setSoLinger(true, 0);
    dialer.close();
    assertThatThrownBy(() -> listener.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void shouldEndEveryConnectionAndThreadWhenItIsClosed() throws Exception {
    LeakCheck leaks = LeakCheck.baseline();
    ChaosProxy other = ChaosProxy.to((InetSocketAddress) server.getLocalSocketAddress());
    ProxiedConnection stalled = other.next(new Plan(Fault.stall(0), Fault.stall(0), false));
    try (Socket one = new Socket(other.address().getAddress(), other.address().getPort());
        Socket two = server.accept()) {
      one.getOutputStream().write(1);
      two.getOutputStream().write(1);
      assertThat(leaks.left()).isNotEmpty();
      other.close();
      assertThat(stalled.awaitEnd(LIMIT)).isTrue();
    }
    leaks.await(LIMIT);
  }

  @Test
  void shouldRefuseANegativePosition() {
    assertThatThrownBy(() -> Fault.cut(-1, CutBy.FIN))
        .hasMessage("cut at byte must be 0 or more, not -1");
    assertThatThrownBy(() -> Fault.flip(-1)).hasMessage("flipped bit must be 0 or more, not -1");
  }

  private byte[] edited(Fault fault) throws Exception {
    ProxiedConnection connection = connect(Plan.of(Direction.TO_LISTENER, fault));
    sendAndEnd(dialer, FRAMES);
    byte[] passed = listener.getInputStream().readAllBytes();
    listener.close();
    dialer.close();
    assertThat(connection.awaitEnd(LIMIT)).isTrue();
    return passed;
  }

  private ProxiedConnection connect(Plan plan) throws IOException {
    ProxiedConnection connection = proxy.next(plan);
    dialer = new Socket(proxy.address().getAddress(), proxy.address().getPort());
    listener = server.accept();
    return connection;
  }

  private static void sendAndEnd(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answerOnce() {
    try (Socket socket = server.accept()) {
      byte[] heard = socket.getInputStream().readAllBytes();
      socket.getOutputStream().write(new byte[] {heard[2], heard[1], heard[0]});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return Arrays.copyOf(noise, bytes);
  }
}
