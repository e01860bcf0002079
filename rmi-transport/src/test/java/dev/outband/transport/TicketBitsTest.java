package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every bit of a ticket is flipped in the stub as it travels, and given to a transmitter that does
 * what the stub says. What it opens, if anything, is what the ticket that was issued allows.
 */
@Timeout(120)
class TicketBitsTest {

  private static final int OFFSET = 3;
  private static final int LIMIT = 20;
  private static final int OBJECT_BYTES = 10;
  private static final String TAG = "v1";
  private static final int STREAMS = 3;

  private static final String NOT_READ = "not read";
  private static final String OPENED_ITS_OWN = "opened what was issued";
  private static final String NOT_TAKEN = "opened, and the receiver does not take the answer: ";

  /** Where things are in the stub, from the start of the id. */
  private static final int ID = 0;

  private static final int SECRET = 16;
  private static final int DIRECTION = 48;
  private static final int FLOOR = 49;
  private static final int BYTE_LIMIT = 50;
  private static final int TICKET_OFFSET = 58;
  private static final int TAG_LENGTH = 66;
  private static final int TAG_CHARS = 67;

  /** Without a content tag. */
  private static final int FURTHER = 73;

  private static final int FURTHER_END = FURTHER + 11;

  private static final int STREAM = 69;
  private static final int STREAM_COUNT = 70;
  private static final int INBAND_BYTES = 71;
  private static final int END = 75;

  @TempDir Path folder;
  private final byte[] content = new byte[LIMIT + 10];
  private Path object;
  private Path asLongAsMayBe;
  private Path tooLong;
  private Planes planes;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    object = Files.write(folder.resolve("object"), Arrays.copyOf(content, OBJECT_BYTES));
    asLongAsMayBe = Files.write(folder.resolve("full"), Arrays.copyOf(content, LIMIT));
    tooLong = Files.write(folder.resolve("long"), content);
    planes =
        Planes.of(
            Planes.loopback("receiver"),
            Planes.loopback("sender").floor(Protection.AUTHENTICATION));
  }

  @AfterEach
  void stop() {
    planes.close();
  }

  @Test
  void shouldFindNothingWithAnotherSecret() throws Exception {
    assertThat(outcomes(SECRET, DIRECTION, this::theObject))
        .hasSize(256)
        .containsOnly(Code.UNKNOWN_TICKET.name());
  }

  /** The id only names the transfer: the secret opens it, and the answer is of another. */
  @Test
  void shouldNotTakeTheAnswerForItsOwnWhenTheIdIsAnother() throws Exception {
    assertThat(outcomes(ID, SECRET, this::theObject))
        .hasSize(128)
        .containsOnly(NOT_TAKEN + Code.NOT_PROVEN);
  }

  @Test
  void shouldNotOpenInAnotherDirectionOrBelowTheFloor() throws Exception {
    assertThat(outcomes(DIRECTION, FLOOR, this::theObject))
        .containsExactly(all(8, bit -> bit == 7 ? Code.FORBIDDEN.name() : NOT_READ));
    assertThat(outcomes(FLOOR, BYTE_LIMIT, this::theObject))
        .as("AUTHENTICATION for PRIVACY is one bit")
        .containsExactly(all(8, bit -> bit == 6 ? Code.PROTECTION_TOO_LOW.name() : NOT_READ));
  }

  @Test
  void shouldNotTakeMoreBytesThanTheIssuerAllows() throws Exception {
    assertThat(outcomes(BYTE_LIMIT, TICKET_OFFSET, ticket -> Source.file(tooLong, TAG)))
        .containsExactly(
            all(64, bit -> flipped(LIMIT, bit) < OFFSET ? NOT_READ : Code.LIMIT_EXCEEDED.name()));
    assertThat(outcomes(BYTE_LIMIT, TICKET_OFFSET, this::theObject))
        .containsExactly(
            all(
                64,
                bit -> {
                  long limit = flipped(LIMIT, bit);
                  if (limit < OFFSET) {
                    return NOT_READ;
                  }
                  return limit < OBJECT_BYTES ? Code.LIMIT_EXCEEDED.name() : OPENED_ITS_OWN;
                }));
  }

  @Test
  void shouldNotStartElsewhereInTheObject() throws Exception {
    assertThat(outcomes(TICKET_OFFSET, TAG_LENGTH, ticket -> Source.file(asLongAsMayBe, TAG)))
        .containsExactly(
            all(
                64,
                bit -> {
                  long offset = flipped(OFFSET, bit);
                  return offset < 0 || offset > LIMIT ? NOT_READ : Code.PROTOCOL.name();
                }));
  }

  @Test
  void shouldNotTakeAnotherContentThanTheIssuerHoldsAPartOf() throws Exception {
    assertThat(outcomes(TAG_LENGTH, TAG_CHARS, this::theObject)).containsOnly(NOT_READ);
    assertThat(outcomes(TAG_CHARS, STREAM, ticket -> Source.file(object, ticket.contentTag())))
        .containsExactly(
            all(
                16,
                bit -> {
                  int c = TAG.charAt(bit / 8) ^ 0x80 >> bit % 8;
                  return c <= ' ' || c > '~' ? NOT_READ : Code.CONTENT_CHANGED.name();
                }));
  }

  @Test
  void shouldBringAShortObjectWholeWhateverTheStreams() throws Exception {
    assertThat(outcomes(STREAM, STREAM_COUNT, this::theObject)).containsOnly(NOT_READ);
    assertThat(outcomes(STREAM_COUNT, INBAND_BYTES, this::theObject))
        .containsExactly(
            all(
                8,
                bit -> {
                  int streams = 1 ^ 0x80 >> bit;
                  boolean isRead = streams >= 1 && streams <= Ticket.MAX_STREAMS;
                  return isRead ? OPENED_ITS_OWN : NOT_READ;
                }));
  }

  @Test
  void shouldNotBringAnotherStripe() throws Exception {
    Path striped = Files.write(folder.resolve("striped"), new byte[2 * Tickets.MIN_STRIPED_BYTES]);
    try (StripedReception reception =
        planes
            .receiver
            .receptions()
            .openStriped(Sink.file(folder.resolve("to")), Long.MAX_VALUE, STREAMS)) {
      ReceptionStub second = reception.stubs().get(1);
      int stripeStart = STREAM - TAG.length();
      for (int bit = 0; bit < 16; bit++) {
        int stream = bit < 8 ? 1 ^ 0x80 >> bit : 1;
        int streams = bit < 8 ? STREAMS : STREAMS ^ 0x80 >> bit - 8;
        boolean isRead = stream < streams && streams <= Ticket.MAX_STREAMS;
        assertThat(refusal(second, stripeStart * 8 + bit, ticket -> Source.file(striped, TAG)))
            .as("stream %s of %s", stream, streams)
            .isEqualTo(isRead ? Code.PROTOCOL.name() : NOT_READ);
      }
      Receipt receipt =
          planes
              .transmitter
              .start(Source.file(striped, TAG), reception.stubs(), Long.MAX_VALUE)
              .await();
      assertThat(receipt.bytes()).isEqualTo(Files.size(striped));
    }
  }

  @Test
  void shouldHaveNoReceiptWhenABitOfAFurtherStreamIsAnother() throws Exception {
    byte[] large = new byte[Tickets.MIN_STRIPED_BYTES];
    new Random(2).nextBytes(large);
    Path spread = Files.write(folder.resolve("spread"), large);
    for (int bit = FURTHER * 8; bit < FURTHER_END * 8; bit++) {
      try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
        ReceptionStub stub = inTwoStripes(reception.stub());
        int flipped = bit;
        assertThatThrownBy(
                () ->
                    reception.await(
                        planes.transmitter.transmit(
                            Source.file(spread, TAG), flipped(stub, flipped))))
            .as("bit %s", bit)
            .isInstanceOfAny(IOException.class, TransferException.class);
      }
    }
    try (Reception reception = planes.receiver.receptions().open(Sink.discard())) {
      ReceptionStub stub = inTwoStripes(reception.stub());
      assertThat(
              reception.await(planes.transmitter.transmit(Source.file(spread, TAG), stub)).bytes())
          .isEqualTo(large.length);
    }
  }

  /** A stub for an object of which it is settled that it comes in stripes. */
  private static ReceptionStub inTwoStripes(ReceptionStub stub) {
    assertThat(stub.further()).hasSize(1);
    return new ReceptionStub(stub.endpoints(), stub.ticket().forStream(0, 2), 0, stub.further());
  }

  @Test
  void shouldTakeNoObjectInTheAnswerThatWasNotAskedFor() throws Exception {
    assertThat(outcomes(INBAND_BYTES, END, this::theObject))
        .containsExactly(
            all(
                32,
                bit -> {
                  long bytes = flipped(0, bit + 32);
                  if (bytes > ReceptionStub.MAX_INBAND_BYTES) {
                    return NOT_READ;
                  }
                  return bytes < OBJECT_BYTES - OFFSET
                      ? OPENED_ITS_OWN
                      : NOT_TAKEN + Code.LIMIT_EXCEEDED;
                }));
  }

  private Source theObject(Ticket ticket) {
    return Source.file(object, TAG);
  }

  /** A number with one of its bits, counted from the highest, flipped. */
  private static long flipped(long value, int bit) {
    return value ^ Long.MIN_VALUE >>> bit;
  }

  private static String[] all(int bits, IntFunction<String> expected) {
    return IntStream.range(0, bits).mapToObj(expected).toArray(String[]::new);
  }

  /** What comes of each bit between two places, each in a reception of its own. */
  private List<String> outcomes(int from, int to, Function<Ticket, Source> source)
      throws Exception {
    String[] outcomes = new String[(to - from) * 8];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = outcome(from * 8 + i, source);
    }
    return List.of(outcomes);
  }

  private String outcome(int bit, Function<Ticket, Source> source) throws Exception {
    BytesSink sink = Sink.bytes(LIMIT);
    try (Reception reception =
        planes
            .receiver
            .receptions()
            .open(new KeptSink(sink, new Held(OFFSET, TAG), false), LIMIT, Protection.PRIVACY)) {
      ReceptionStub read;
      Confirmation confirmation;
      try {
        read = flipped(reception.stub(), bit);
      } catch (IOException e) {
        return NOT_READ;
      }
      try {
        confirmation = planes.transmitter.transmit(source.apply(read.ticket()), read);
      } catch (TransferException e) {
        opensItsOwn(
            reception,
            sink,
            planes.transmitter.transmit(Source.file(object, TAG), reception.stub()));
        return e.code().name();
      }
      return answered(reception, sink, confirmation);
    }
  }

  private String answered(Reception reception, BytesSink sink, Confirmation confirmation)
      throws Exception {
    try {
      opensItsOwn(reception, sink, confirmation);
      return OPENED_ITS_OWN;
    } catch (TransferException e) {
      return NOT_TAKEN + e.code();
    }
  }

  private void opensItsOwn(Reception reception, BytesSink sink, Confirmation confirmation)
      throws Exception {
    Receipt receipt = reception.await(confirmation);
    assertThat(receipt.offset()).isEqualTo(OFFSET);
    assertThat(receipt.bytes()).isEqualTo(OBJECT_BYTES);
    assertThat(receipt.protection()).isEqualTo(Protection.PRIVACY);
    assertThat(sink.toByteArray()).isEqualTo(Arrays.copyOfRange(content, OFFSET, OBJECT_BYTES));
  }

  private String refusal(ReceptionStub stub, int bit, Function<Ticket, Source> source)
      throws Exception {
    try {
      ReceptionStub read = flipped(stub, bit);
      return planes.transmitter.transmit(source.apply(read.ticket()), read).toString();
    } catch (TransferException e) {
      return e.code().name();
    } catch (IOException e) {
      return NOT_READ;
    }
  }

  private static ReceptionStub flipped(ReceptionStub stub, int bit) throws Exception {
    ByteArrayOutputStream travelling = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(travelling)) {
      out.writeObject(stub);
    }
    byte[] bytes = travelling.toByteArray();
    int id = indexOf(bytes, stub.ticket().secret()) - SECRET;
    bytes[id + bit / 8] ^= (byte) (0x80 >> bit % 8);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (ReceptionStub) in.readObject();
    }
  }

  private static int indexOf(byte[] bytes, Secret secret) {
    for (int at = 0; at + Secret.BYTES <= bytes.length; at++) {
      if (Arrays.equals(secret.expose(), Arrays.copyOfRange(bytes, at, at + Secret.BYTES))) {
        return at;
      }
    }
    throw new AssertionError("the stub travels without its secret");
  }
}
