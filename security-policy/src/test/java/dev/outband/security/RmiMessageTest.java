package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a stream by the first byte of the message that it is made for. */
class RmiMessageTest {
  private static final int CALL = 0x50;
  private static final int RETURN = 0x51;
  private static final int PING_ANSWERED = 0x53;
  private static final ControlLimits LIMITS = ControlLimits.defaults();

  private final Watchdog watchdog = new Watchdog("test");
  private final Socket unconnected = new Socket();
  private final Watchdog.Watch watch = watchdog.watch(unconnected);

  @AfterEach
  void end() throws IOException {
    RmiMessage.forgetBegun();
    unconnected.close();
    watchdog.close();
  }

  @Test
  void shouldTellOnceWhatHasBegunWhenItsFirstByteWasRead() throws Exception {
    CallInput in = new CallInput(written(new byte[] {CALL, 1}));
    assertThat(in.read()).isEqualTo(CALL);
    assertThat(RmiMessage.takeBegun()).isEqualTo(RmiMessage.CALL);
    assertThat(RmiMessage.takeBegun()).isNull();
  }

  private ReplyInput replies(byte[] bytes) throws IOException {
    MeteredStreams streams = written(bytes);
    return new ReplyInput(streams, new PingAnswer(streams, InputStream.nullInputStream()));
  }

  @Test
  void shouldTellNothingWhenAnotherByteBegins() throws Exception {
    ReplyInput in = replies(new byte[] {PING_ANSWERED, RETURN});
    assertThat(in.read()).isEqualTo(PING_ANSWERED);
    assertThat(in.read()).isEqualTo(RETURN);
    assertThat(RmiMessage.takeBegun()).isNull();
  }

  @Test
  void shouldForgetWhatHasBegunWhenAnotherMessageBegins() throws Exception {
    RmiMessage.CALL.beginsWith(CALL);
    assertThat(replies(new byte[] {CALL}).read(new byte[1])).isEqualTo(1);
    assertThat(RmiMessage.takeBegun()).isNull();
  }

  @Test
  void shouldTakeNoByteOfAnArgumentForACallWhenAPeerSendsTheNextCallEarly() throws Exception {
    byte[] call = {CALL, 7};
    byte[] nextWithoutItsEnd = {CALL, 8};
    byte[] end = {CALL, CALL};
    OutputStream replies = new ByteArrayOutputStream();
    MeteredStreams streams =
        new MeteredStreams(
            inRecords(concat(call, nextWithoutItsEnd), end),
            replies,
            watch,
            LIMITS,
            MeteredStreams.Budget.ENDLESS);
    streams.output().write(0);
    CallInput in = new CallInput(streams);
    assertThat(in.read()).isEqualTo(CALL);
    assertThat(RmiMessage.takeBegun()).isEqualTo(RmiMessage.CALL);
    assertThat(in.read()).isEqualTo(7);

    streams.output().write(0);
    assertThat(in.read()).isEqualTo(CALL);
    assertThat(RmiMessage.takeBegun()).isEqualTo(RmiMessage.CALL);
    assertThat(in.read()).isEqualTo(8);
    assertThat(in.read(new byte[2])).isEqualTo(2);

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

  private MeteredStreams written(byte[] sent) throws IOException {
    MeteredStreams streams =
        new MeteredStreams(
            new ByteArrayInputStream(sent),
            new ByteArrayOutputStream(),
            watch,
            LIMITS,
            MeteredStreams.Budget.ENDLESS);
    streams.output().write(0);
    return streams;
  }

  /** Gives at each read what one record brings. */
  private static InputStream inRecords(byte[]... records) {
    Iterator<byte[]> left = List.of(records).iterator();
    return new InputStream() {
      @Override
      public int read() {
        throw new UnsupportedOperationException("read in records");
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        byte[] record = left.next();
        System.arraycopy(record, 0, into, offset, record.length);
        return record.length;
      }
    };
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
