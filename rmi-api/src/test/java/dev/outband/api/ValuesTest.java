package dev.outband.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InvalidObjectException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ValuesTest {

  private static final Secret SECRET = Secret.random(new SecureRandom());
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void shouldSayLimitAndValueOfWhatIsOutOfBounds() {
    assertThatThrownBy(() -> new Endpoint("host", 0))
        .hasMessage("endpoint port must be 1..65535, not 0");
    assertThatThrownBy(() -> new Endpoint("host", 65_536))
        .hasMessage("endpoint port must be 1..65535, not 65536");
    assertThatThrownBy(() -> new Endpoint("a b", 1)).hasMessageContaining("not a b");
    assertThatThrownBy(() -> new Endpoint("a\nb", 1)).hasMessageContaining("not a?b");
    assertThatThrownBy(() -> new Endpoint("x".repeat(254), 1))
        .hasMessage("endpoint host length must be 0..253, not 254");
    assertThatThrownBy(() -> ticket(-1, 0)).hasMessageContaining("ticket byteLimit must be 0..");
    assertThatThrownBy(() -> ticket(10, 11)).hasMessage("ticket offset must be 0..10, not 11");
    assertThatThrownBy(() -> ticket(10, 1, ""))
        .hasMessage("ticket offset without a content tag must be 0..0, not 1");
    assertThatThrownBy(() -> ticket(10, 1, "x".repeat(65)))
        .hasMessage("ticket contentTag length must be 0..64, not 65");
    assertThatThrownBy(() -> ticket(10, 1, "a tag"))
        .hasMessage("ticket contentTag must be printable ASCII without a space");
    assertThatThrownBy(() -> new ReceptionStub(List.of(), ticket(1, 0)))
        .hasMessage("endpoints must be 1..8, not 0");
    assertThatThrownBy(
            () -> new ReceptionStub(Collections.nCopies(9, Endpoint.observed(1)), ticket(1, 0)))
        .hasMessage("endpoints must be 1..8, not 9");
    assertThatThrownBy(() -> confirmation(-2, "", HEX))
        .hasMessageContaining("confirmation bytes must be -1..");
    assertThatThrownBy(() -> confirmation(1, "x".repeat(65), HEX))
        .hasMessageContaining("0..64, not 65");
    assertThatThrownBy(() -> confirmation(1, "", "0G"))
        .hasMessageContaining("64 lower-case hexadecimal digits");
    assertThatThrownBy(() -> receipt(-1)).hasMessageContaining("receipt bytes must be 0..");
    assertThatThrownBy(() -> receipt(5, 6)).hasMessage("receipt offset must be 0..5, not 6");
    assertThatThrownBy(() -> new ObjectReference("zz"))
        .hasMessageContaining("44 lower-case hexadecimal digits");
  }

  @Test
  void shouldTravelUnchanged() throws Exception {
    for (Object value :
        List.of(
            new ReceptionStub(List.of(Endpoint.observed(7), new Endpoint("::1", 9)), ticket(10, 3)),
            confirmation(-1, "tag", HEX),
            receipt(5))) {
      assertThat(Serialized.copy(value)).isEqualTo(value);
    }
  }

  @Test
  void shouldCheckItsBoundsOnTheWire() throws Exception {
    byte[] bytes = Serialized.bytes(new Endpoint("good", 9));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] forged = text.replace("good", "b\nad").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Serialized.value(forged)).isInstanceOf(InvalidObjectException.class);
  }

  @Test
  void shouldShowEndpointsAsPeopleWriteThem() {
    assertThat(new Endpoint("::1", 9)).hasToString("[::1]:9");
    assertThat(new Endpoint("10.0.0.5", 9)).hasToString("10.0.0.5:9");
    assertThat(Endpoint.observed(9)).hasToString("observed:9").matches(Endpoint::isObserved);
  }

  @Test
  void shouldComputeTheMeanRate() {
    assertThat(receipt(5).bytesPerSecond()).isEqualTo(2.5);
    assertThat(receipt(0).bytesPerSecond()).isZero();
  }

  @Test
  void shouldCountOnlyWhatWasMoved() {
    assertThat(receipt(5, 1).movedBytes()).isEqualTo(4);
    assertThat(receipt(5, 1).bytesPerSecond()).isEqualTo(2.0);
  }

  @Test
  void shouldOrderProtectionByStrength() {
    assertThat(Protection.values())
        .containsExactly(Protection.AUTHENTICATION, Protection.INTEGRITY, Protection.PRIVACY);
  }

  private static Ticket ticket(long limit, long offset) {
    return ticket(limit, offset, offset == 0 ? "" : "tag");
  }

  private static Ticket ticket(long limit, long offset, String contentTag) {
    return new Ticket(
        UUID.randomUUID(),
        SECRET,
        Direction.TO_LISTENER,
        Protection.PRIVACY,
        limit,
        offset,
        contentTag);
  }

  private static Confirmation confirmation(long bytes, String tag, String binding) {
    return new Confirmation(
        UUID.randomUUID(),
        Mode.ACTIVE,
        Protection.PRIVACY,
        bytes,
        0,
        tag,
        Endpoint.observed(9),
        binding,
        Payload.NONE);
  }

  private static Receipt receipt(long bytes) {
    return receipt(bytes, 0);
  }

  private static Receipt receipt(long bytes, long offset) {
    return new Receipt(
        UUID.randomUUID(),
        bytes,
        offset,
        HEX,
        Duration.ofSeconds(2),
        Mode.ACTIVE,
        Protection.PRIVACY);
  }
}
