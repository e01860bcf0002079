package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FrameHeaderTest {

  private static final long SEED = 31;
  private static final int SEGMENT_BYTES = 8192;

  @ParameterizedTest
  @CsvSource({
    "HELLO, 53, 1020", "CHALLENGE, 65, 1020", "OPEN, 16, 1020", "ACCEPTED, 16, 1020",
        "REFUSED, 2, 1020",
    "DATA, 17, 8208", "LAST, 16, 8208", "CLEAR, 5, 8208", "ABORT, 16, 1020", "RECEIPT, 16, 1020"
  })
  void shouldBoundTheLengthByTheType(FrameType type, int least, int most) throws Exception {
    byte[] header = new byte[FrameHeader.BYTES];
    for (int payload : new int[] {least, most}) {
      FrameHeader.write(header, type, payload);
      assertThat(FrameHeader.frameBytes(header, SEGMENT_BYTES))
          .isEqualTo(FrameHeader.BYTES + payload);
    }
    for (int payload : new int[] {0, least - 1, most + 1, 0xff_ffff}) {
      FrameHeader.write(header, type, payload);
      assertThatThrownBy(() -> FrameHeader.frameBytes(header, SEGMENT_BYTES))
          .hasMessage(type + " frame length must be " + least + ".." + most + ", not " + payload)
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.PROTOCOL));
    }
  }

  @Test
  void shouldNeverAskForMoreThanTheBoundWhateverTheHeaderSays() {
    byte[] header = new byte[FrameHeader.BYTES];
    Random random = new Random(SEED);
    int largest = 0;
    for (int i = 0; i < 50_000; i++) {
      random.nextBytes(header);
      header[1] &= (byte) random.nextInt(2);
      largest = Math.max(largest, bytesOrZero(header));
    }
    assertThat(largest)
        .as("seed %d", SEED)
        .isBetween(1000, FrameHeader.BYTES + SEGMENT_BYTES + FrameHeader.TAG_BYTES);
  }

  @Test
  void shouldTakeNoSegmentBeforeASizeIsAgreed() {
    byte[] header = new byte[FrameHeader.BYTES];
    FrameHeader.write(header, FrameType.CLEAR, 17);
    assertThatThrownBy(() -> FrameHeader.frameBytes(header, 0))
        .isInstanceOf(TransferException.class);
    FrameHeader.write(header, FrameType.DATA, 17);
    assertThatThrownBy(() -> FrameHeader.frameBytes(header, 0))
        .isInstanceOf(TransferException.class);
  }

  private static int bytesOrZero(byte[] header) {
    try {
      return FrameHeader.frameBytes(header, SEGMENT_BYTES);
    } catch (TransferException e) {
      return 0;
    }
  }
}
