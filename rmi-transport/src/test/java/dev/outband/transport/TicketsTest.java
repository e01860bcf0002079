package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.ByteArrayInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TicketsTest {

  private static final int BYTES = 10;

  @TempDir Path folder;
  private Path file;
  private BlockingThreads threads;

  @BeforeEach
  void write() throws Exception {
    file = Files.write(folder.resolve("file"), new byte[BYTES]);
    threads = new BlockingThreads("test", 1);
  }

  @AfterEach
  void end() {
    threads.close();
  }

  @Test
  void shouldResumeOnlyFromASourceOfTheSameContent() throws Exception {
    Tickets.require(held(3, "v1"), opened(Source.file(file, "v1")));
    Tickets.require(held(0, ""), opened(Source.file(file, "v1")));
    Tickets.require(held(0, ""), opened(Source.bytes(new byte[BYTES])));
    failsWith(
        Code.CONTENT_CHANGED,
        "the source has another content than the receiver holds 3 bytes of",
        () -> Tickets.require(held(3, "v1"), opened(Source.file(file, "v2"))));
    failsWith(
        Code.CONTENT_CHANGED,
        "the source has another content than the receiver holds 0 bytes of",
        () -> Tickets.require(held(0, "v1"), opened(Source.file(file, "v2"))));
    failsWith(
        Code.LIMIT_EXCEEDED,
        "bytes must be 11..20, not 10",
        () -> Tickets.require(held(11, "v1"), opened(Source.file(file, "v1"))));
  }

  @Test
  void shouldSayWhyASourceCannotResume() throws Exception {
    failsWith(
        Code.NOT_RESUMABLE,
        "the source cannot tell which content it has",
        () -> Tickets.require(held(3, "v1"), opened(Source.bytes(new byte[BYTES]))));
    failsWith(
        Code.NOT_RESUMABLE,
        "the source cannot tell which content it has",
        () -> Tickets.require(held(3, "v1"), opened(Source.file(FileChannel.open(file)))));
    failsWith(
        Code.NOT_RESUMABLE,
        "the source cannot be read from the middle",
        () ->
            Tickets.require(
                held(3, "v1"), opened(Source.stream(new ByteArrayInputStream(new byte[BYTES])))));
  }

  @Test
  void shouldBelieveNoTransmitter() throws Exception {
    Tickets.require(held(3, "v1"), request(3, "v1"), Protection.PRIVACY);
    Tickets.require(held(0, ""), request(0, "v2"), Protection.PRIVACY);
    for (String other : new String[] {"", "v2"}) {
      failsWith(
          Code.CONTENT_CHANGED,
          "the source has another content than the receiver holds 3 bytes of",
          () -> Tickets.require(held(3, "v1"), request(3, other), Protection.PRIVACY));
    }
    failsWith(
        Code.PROTOCOL,
        "offset and streams must be as in the ticket",
        () -> Tickets.require(held(3, "v1"), request(4, "v1"), Protection.PRIVACY));
  }

  @Test
  void shouldTakeOfSeveralStreamsTheTicketsOwnOrAllOverTheFirst() throws Exception {
    Ticket second = stripe(1);
    Tickets.require(second, request(1, 3), Protection.PRIVACY);
    Tickets.require(stripe(0), request(0, 3), Protection.PRIVACY);
    Tickets.require(stripe(0), request(0, 1), Protection.PRIVACY);
    for (OpenRequest other :
        List.of(request(0, 1), request(0, 3), request(2, 3), request(1, 2), request(1, 4))) {
      failsWith(
          Code.PROTOCOL,
          "offset and streams must be as in the ticket",
          () -> Tickets.require(second, other, Protection.PRIVACY));
    }
  }

  @Test
  void shouldSendOnlyALongObjectThatHasANameInStripes() throws Exception {
    Path longer = Files.write(folder.resolve("longer"), new byte[Tickets.MIN_STRIPED_BYTES]);
    assertThat(Tickets.streams(stripe(0), opened(Source.file(longer, "v1")))).isEqualTo(3);
    assertThat(Tickets.streams(stripe(0), opened(Source.file(file, "v1")))).isEqualTo(1);
    assertThat(Tickets.streams(stripe(0), opened(Source.file(FileChannel.open(longer)))))
        .isEqualTo(1);
    failsWith(
        Code.NOT_RESUMABLE,
        "the source cannot be sent in stripes",
        () -> Tickets.require(stripe(1), opened(Source.file(file, "v1"))));
  }

  @Test
  void shouldRefuseATagThatIsNone() {
    for (String tag : new String[] {"", "x".repeat(65), "a tag", "tag\n", "täg"}) {
      assertThatThrownBy(() -> Source.file(file, tag))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("contentTag ");
    }
  }

  private static void failsWith(Code code, String message, ThrowingCallable check) {
    assertThatThrownBy(check)
        .hasMessage(message)
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private Source opened(Source source) throws TransferException {
    source.open(threads);
    source.close();
    return source;
  }

  private static OpenRequest request(long offset, String contentTag) {
    return OpenRequest.toListener(
        Protection.PRIVACY, BYTES, offset, UUID.randomUUID(), 4096, contentTag);
  }

  private static OpenRequest request(int stream, int streams) {
    return new OpenRequest(
        Protection.PRIVACY,
        Direction.TO_LISTENER,
        BYTES,
        0,
        stream,
        streams,
        UUID.randomUUID(),
        4096,
        "");
  }

  private static Ticket stripe(int stream) {
    return new Ticket(
        UUID.randomUUID(),
        Secret.random(new SecureRandom()),
        Direction.TO_LISTENER,
        Protection.PRIVACY,
        Long.MAX_VALUE,
        0,
        "",
        stream,
        3);
  }

  private static Ticket held(long offset, String contentTag) {
    return new Ticket(
        UUID.randomUUID(),
        Secret.random(new SecureRandom()),
        Direction.TO_LISTENER,
        Protection.PRIVACY,
        20,
        offset,
        contentTag);
  }
}
