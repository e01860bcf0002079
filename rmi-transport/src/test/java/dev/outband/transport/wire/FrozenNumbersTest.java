package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is on the wire never changes its meaning: new codes go to the end, new frames get new
 * numbers.
 */
@Timeout(10)
class FrozenNumbersTest {

  private static final String[] CODES = {
    "NOT_FOUND",
    "INVALID",
    "FORBIDDEN",
    "UNREACHABLE",
    "NOT_PROVEN",
    "UNKNOWN_TICKET",
    "EXPIRED",
    "VERSION",
    "PROTOCOL",
    "PROTECTION_TOO_LOW",
    "LIMIT_EXCEEDED",
    "TRUNCATED",
    "CORRUPT",
    "CONNECTION_LOST",
    "TIMEOUT",
    "CANCELLED",
    "SOURCE_FAILED",
    "SINK_FAILED",
    "NO_SPACE",
    "SHUTTING_DOWN",
    "INTERNAL",
    "CONTENT_CHANGED",
    "NOT_RESUMABLE"
  };

  @Test
  void shouldKeepTheNumbersOfCodes() throws Exception {
    for (int i = 0; i < CODES.length; i++) {
      assertThat(WireCodes.number(Code.valueOf(CODES[i]))).isEqualTo(i + 1);
      assertThat(WireCodes.code(i + 1)).isEqualTo(Code.valueOf(CODES[i]));
    }
    assertThat(Arrays.stream(Code.values()).map(Code::name)).containsExactly(CODES);
  }

  @Test
  void shouldRejectNumbersThatNoCodeHas() {
    for (int number : new int[] {-1, 0, CODES.length + 1, 255}) {
      assertThatThrownBy(() -> WireCodes.code(number))
          .hasMessage("error code must be 1.." + CODES.length + ", not " + number);
    }
  }

  @Test
  void shouldKeepTheNumbersOfFrames() throws Exception {
    Map<FrameType, Integer> numbers = new LinkedHashMap<>();
    numbers.put(FrameType.HELLO, 0x01);
    numbers.put(FrameType.CHALLENGE, 0x02);
    numbers.put(FrameType.OPEN, 0x03);
    numbers.put(FrameType.ACCEPTED, 0x04);
    numbers.put(FrameType.REFUSED, 0x05);
    numbers.put(FrameType.DATA, 0x10);
    numbers.put(FrameType.LAST, 0x11);
    numbers.put(FrameType.CLEAR, 0x13);
    numbers.put(FrameType.ABORT, 0x12);
    numbers.put(FrameType.RECEIPT, 0x20);
    assertThat(numbers.keySet()).containsExactly(FrameType.values());
    for (int number = 0; number < 256; number++) {
      int wanted = number;
      if (numbers.containsValue(number)) {
        assertThat(numbers).containsEntry(FrameType.of(number), number);
        assertThat(FrameType.of(number).number()).isEqualTo(number);
      } else {
        assertThatThrownBy(() -> FrameType.of(wanted))
            .isInstanceOf(TransferException.class)
            .hasMessage("no frame has type 0x" + Integer.toHexString(wanted));
      }
    }
  }

  @Test
  void shouldKeepTheNumbersOfProtectionsAndDirections() {
    assertThat(Protection.values())
        .containsExactly(Protection.AUTHENTICATION, Protection.INTEGRITY, Protection.PRIVACY);
    assertThat(Direction.values()).containsExactly(Direction.TO_LISTENER, Direction.FROM_LISTENER);
  }
}
