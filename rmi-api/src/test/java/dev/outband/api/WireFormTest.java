package dev.outband.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Stubs and confirmations in a serialized stream. */
class WireFormTest {

  private static final byte[] END_OF_DESCRIPTION = {'x', 'p'};
  private static final String HEX = "0f".repeat(32);

  @Test
  void shouldBringStubsBackAsTheyWere() throws Exception {
    for (ReceptionStub stub :
        List.of(
            stub("10.0.0.5", "", 0, 0, 1),
            stub("::1", "tag", 7, 3, 64).withInband(ReceptionStub.MAX_INBAND_BYTES),
            stub("h".repeat(Endpoint.MAX_HOST_CHARS), "t".repeat(64), Long.MAX_VALUE, 0, 2))) {
      assertThat(Serialized.copy(stub)).isEqualTo(stub);
    }
    List<FurtherStream> all =
        IntStream.range(1, 64).mapToObj(i -> new FurtherStream(i, 64, 1L << i - 1)).toList();
    ReceptionStub begun =
        new ReceptionStub(List.of(new Endpoint("h", 9)), ticket("tag", 7, 0, 64), 0, all);
    assertThat(Serialized.copy(begun)).isEqualTo(begun);
    Endpoint observed = Endpoint.observed(65_535);
    ReceptionStub eight =
        new ReceptionStub(java.util.Collections.nCopies(8, observed), ticket("", 0, 0, 1))
            .withInband(1);
    assertThat(Serialized.copy(eight)).isEqualTo(eight);
  }

  @Test
  void shouldBringConfirmationsBackWhateverTheirPayload() throws Exception {
    for (int bytes : new int[] {0, 1, 1024, 1025, Payload.MAX_BYTES}) {
      Confirmation confirmation = inband(bytes);
      assertThat(Serialized.copy(confirmation)).isEqualTo(confirmation);
      assertThat(Serialized.bytes(confirmation)).hasSizeLessThan(bytes + 250 + bytes / 200);
    }
    assertThat(Serialized.copy(active())).isEqualTo(active());
    Confirmation ahead = inband(ReceptionStub.MAX_INBAND_BYTES, Payload.NONE);
    assertThat(Serialized.copy(ahead)).isEqualTo(ahead);
  }

  @Test
  void shouldDescribeOneClassAlone() throws Exception {
    String said =
        new String(Serialized.bytes(stub("h", "tag", 7, 0, 1)), StandardCharsets.ISO_8859_1);
    assertThat(said).contains("dev.outband.api.WireForm").doesNotContain("Ticket", "java.");
    assertThat(said.length()).isLessThan(200);
  }

  @Test
  void shouldCheckBoundsInWhatArrives() throws Exception {
    byte[] bytes = Serialized.bytes(active());
    int protection = indexOf(bytes, new byte[] {0, 2, 0, 0, 0, 0, 0, 0, 0, 7});
    for (int value : new int[] {3, 0xff}) {
      byte[] forged = bytes.clone();
      forged[protection + 1] = (byte) value;
      assertThatThrownBy(() -> Serialized.value(forged))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessage("Protection must be 0..2, not " + value);
    }
    byte[] negative = bytes.clone();
    negative[protection + 2] = (byte) 0x80;
    assertThatThrownBy(() -> Serialized.value(negative))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("confirmation bytes must be");
  }

  /** No prefix and no single changed byte does anything but fail, or bring a value in bounds. */
  @Test
  void shouldSurviveWhateverArrives() throws Exception {
    byte[] bytes = Serialized.bytes(stub("host", "tag", 7, 1, 2));
    int content = indexOf(bytes, END_OF_DESCRIPTION) + END_OF_DESCRIPTION.length;
    for (int i = 0; i < bytes.length; i++) {
      int cut = i;
      assertThatThrownBy(() -> Serialized.value(Arrays.copyOf(bytes, cut)))
          .isInstanceOf(IOException.class);
      for (int bit = 0; bit < 8 && i >= content; bit++) {
        byte[] changed = bytes.clone();
        changed[i] ^= (byte) (1 << bit);
        try {
          Object unused = Serialized.value(changed);
        } catch (IOException | ClassNotFoundException | ClassCastException expected) {
          assertThat(expected).isNotNull();
        }
      }
    }
  }

  @Test
  void shouldRefuseAPayloadThatIsCutOrOfAnotherLengthThanItSays() throws Exception {
    int bytes = 8_000;
    byte[] whole = Serialized.bytes(inband(bytes));
    for (int cut : new int[] {1, 2_000, 7_000}) {
      assertThatThrownBy(() -> Serialized.value(Arrays.copyOf(whole, whole.length - cut)))
          .isInstanceOf(IOException.class);
    }
    int length = indexOf(whole, ByteBuffer.allocate(4).putInt(bytes).array());
    for (int said : new int[] {-1, bytes - 1, bytes + 1, Payload.MAX_BYTES + 1, 1 << 30}) {
      byte[] forged = whole.clone();
      ByteBuffer.wrap(forged).putInt(length, said);
      assertThatThrownBy(() -> Serialized.value(forged)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldRefuseFurtherStreamsThatAreNotOfTheTicketsObject() {
    Ticket whole = ticket("", 0, 0, 1);
    Ticket second = ticket("tag", 7, 1, 4);
    refused("further streams must be later ones", second, new FurtherStream(1, 4, 0));
    refused("further streams must be later ones", second, new FurtherStream(2, 3, 0));
    refused(
        "further streams must be later ones", ticket("tag", 7, 0, 1), new FurtherStream(1, 2, 0));
    refused(
        "further streams must be later ones",
        whole,
        new FurtherStream(2, 3, 0),
        new FurtherStream(1, 3, 0));
    refused(
        "further stream's offset without a content tag must be 0..0, not 5",
        whole,
        new FurtherStream(1, 2, 5));
    refused(
        "further stream's offset must be 0..7, not 8",
        second.forStream(0, 1).narrowed(Protection.PRIVACY, 7).forStream(0, 2),
        new FurtherStream(1, 2, 8));
    assertThatThrownBy(() -> new FurtherStream(1, 65, 0))
        .hasMessage("further streams must be 2..64, not 65");
    assertThatThrownBy(() -> new FurtherStream(2, 2, 0))
        .hasMessage("further stream must be 1..1, not 2");
    assertThatThrownBy(() -> new FurtherStream(1, 2, -1))
        .hasMessageStartingWith("further stream's offset must be 0..");
  }

  private static void refused(String line, Ticket ticket, FurtherStream... further) {
    assertThatThrownBy(
            () -> new ReceptionStub(List.of(new Endpoint("h", 9)), ticket, 0, List.of(further)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(line);
  }

  @Test
  void shouldRefuseALengthInBandThatNobodyMayOffer() {
    for (int bytes : new int[] {-1, ReceptionStub.MAX_INBAND_BYTES + 1}) {
      assertThatThrownBy(() -> inband(bytes, Payload.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("bytes in band must be 0..2097152, not " + bytes);
    }
    assertThatThrownBy(() -> inband(2, new Payload(new byte[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("confirmation payload must be 2..2, not 1");
  }

  @Test
  void shouldKeepTheNumbersOfEnums() {
    assertThat(Direction.values()).containsExactly(Direction.TO_LISTENER, Direction.FROM_LISTENER);
    assertThat(Protection.values())
        .containsExactly(Protection.AUTHENTICATION, Protection.INTEGRITY, Protection.PRIVACY);
    assertThat(Mode.values()).startsWith(Mode.ACTIVE);
    assertThat(Mode.INBAND.ordinal()).isEqualTo(Mode.values().length - 1);
  }

  private static Confirmation inband(int bytes) {
    byte[] payload = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      payload[i] = (byte) (i * 31 + i / 1000);
    }
    return inband(bytes, new Payload(payload));
  }

  private static Confirmation inband(int bytes, Payload payload) {
    return new Confirmation(
        UUID.randomUUID(),
        Mode.INBAND,
        Protection.PRIVACY,
        bytes + 5L,
        5,
        "v1",
        new Endpoint("h", 9),
        HEX,
        payload);
  }

  private static Confirmation active() {
    return new Confirmation(
        new UUID(1, 2),
        Mode.ACTIVE,
        Protection.PRIVACY,
        7,
        0,
        "",
        Endpoint.observed(9),
        HEX,
        Payload.NONE);
  }

  private static int indexOf(byte[] in, byte[] what) {
    for (int i = 0; i <= in.length - what.length; i++) {
      if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    throw new IllegalArgumentException("not found");
  }

  private static ReceptionStub stub(String host, String tag, long offset, int stream, int streams) {
    return new ReceptionStub(
        List.of(new Endpoint(host, 7098), Endpoint.observed(9)),
        ticket(tag, offset, stream, streams));
  }

  private static Ticket ticket(String tag, long offset, int stream, int streams) {
    return new Ticket(
        UUID.randomUUID(),
        Secret.of(new byte[Secret.BYTES]),
        Direction.TO_LISTENER,
        Protection.PRIVACY,
        Long.MAX_VALUE,
        offset,
        tag,
        stream,
        streams);
  }
}
