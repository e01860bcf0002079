package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a stream by the first byte of the message that it is made for. */
class RmiMessageTest {
  private static final int CALL = 0x50;
  private static final int RETURN = 0x51;
  private static final int PING_ANSWERED = 0x53;

  @AfterEach
  void forget() {
    RmiMessage.forgetBegun();
  }

  @Test
  void shouldTellOnceWhatHasBegunWhenItsFirstByteWasRead() throws Exception {
    try (Watchdog watchdog = new Watchdog("test")) {
      read(watchdog, RmiMessage.CALL, CALL, 0);
    }
    assertThat(RmiMessage.takeBegun()).isEqualTo(RmiMessage.CALL);
    assertThat(RmiMessage.takeBegun()).isNull();
  }

  @Test
  void shouldTellNothingWhenAnotherByteBegins() throws Exception {
    try (Watchdog watchdog = new Watchdog("test")) {
      read(watchdog, RmiMessage.RETURN, PING_ANSWERED, RETURN);
      read(watchdog, RmiMessage.RETURN, CALL, RETURN);
      read(watchdog, RmiMessage.CALL, RETURN, CALL);
    }
    assertThat(RmiMessage.takeBegun()).isNull();
  }

  @Test
  void shouldHoldTheNextStreamToTheReplysListWhenAReplyHasBegun() {
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      RmiMessage.RETURN.beginsWith(RETURN);
      ObjectInputFilter next = new SerialFilterFactory().apply(null, null);
      assertThat(next).isInstanceOf(StreamFilter.class);
      assertThat(new SerialFilterFactory().apply(null, null)).isNull();
      assertThat(scope.refused()).isEqualTo(Optional.empty());
    }
  }

  @Test
  void shouldNotGiveAScopeWhatBeganBeforeIt() {
    RmiMessage.RETURN.beginsWith(RETURN);
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      assertThat(new SerialFilterFactory().apply(null, null)).isNull();
      assertThat(scope.refused()).isEqualTo(Optional.empty());
    }
  }

  @Test
  void shouldAskTheStackWhenNobodyCalls() {
    RmiMessage.CALL.beginsWith(CALL);
    RmiMessage.RETURN.beginsWith(CALL);
    ObjectInputFilter asked = info -> Status.UNDECIDED;
    assertThat(new SerialFilterFactory().apply(null, asked)).isSameAs(asked);
  }

  private static void read(Watchdog watchdog, RmiMessage expected, int first, int second)
      throws Exception {
    byte[] sent = {(byte) first, (byte) second};
    try (Socket unconnected = new Socket()) {
      MeteredStreams streams =
          new MeteredStreams(
              new ByteArrayInputStream(sent),
              new ByteArrayOutputStream(),
              expected,
              watchdog.watch(unconnected),
              ControlLimits.defaults());
      InputStream in = streams.input();
      assertThat(in.read()).isEqualTo(first);
      assertThat(in.read(new byte[1], 0, 1)).isEqualTo(1);
    }
  }
}
