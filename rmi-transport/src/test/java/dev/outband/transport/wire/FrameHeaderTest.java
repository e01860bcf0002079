package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FrameHeaderTest {

  private static final int SEGMENT_BYTES = 8192;

  @ParameterizedTest
  @CsvSource({
    "HELLO, 53, 1020", "CHALLENGE, 65, 1020", "OPEN, 16, 1020", "ACCEPTED, 16, 1020", "REFUSED, 2, 1020",
    "DATA, 17, 8208", "LAST, 16, 8208", "ABORT, 16, 1020", "RECEIPT, 16, 1020"
  })
  void shouldBoundTheLengthByTheType(FrameType type, int least, int most) throws Exception {
    byte[] header = new byte[FrameHeader.BYTES];
    for (int payload : new int[] {least, most}) {
      FrameHeader.write(header, type, payload);
      assertThat(FrameHeader.frameBytes(header, SEGMENT_BYTES)).isEqualTo(FrameHeader.BYTES + payload);
    }
    for (int payload : new int[] {0, least - 1, most + 1, 0xff_ffff}) {
      FrameHeader.write(header, type, payload);
      assertThatThrownBy(() -> FrameHeader.frameBytes(header, SEGMENT_BYTES))
          .hasMessage(type + " frame length must be " + least + ".." + most + ", not " + payload)
          .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.PROTOCOL));
    }
  }

  @Test
  void shouldNeverAskForMoreThanTheBoundWhateverTheHeaderSays() {
    byte[] header = new byte[FrameHeader.BYTES];
    for (int type = 0; type < 256; type++) {
      for (int payload = 0; payload <= 0xff_ffff; payload += payload < 70_000 ? 1 : 65_537) {
        header[0] = (byte) type;
        header[1] = (byte) (payload >>> 16);
        header[2] = (byte) (payload >>> 8);
        header[3] = (byte) payload;
        assertThat(bytesOrZero(header)).isLessThanOrEqualTo(FrameHeader.BYTES + SEGMENT_BYTES + FrameHeader.TAG_BYTES);
        if (payload > 2000 && type != 0x10 && type != 0x11) {
          break;
        }
      }
    }
  }

  @Test
  void shouldTakeNoSegmentBeforeASizeIsAgreed() {
    byte[] header = new byte[FrameHeader.BYTES];
    FrameHeader.write(header, FrameType.DATA, 17);
    assertThatThrownBy(() -> FrameHeader.frameBytes(header, 0)).isInstanceOf(TransferException.class);
  }

  private static int bytesOrZero(byte[] header) {
    try {
      return FrameHeader.frameBytes(header, SEGMENT_BYTES);
    } catch (TransferException e) {
      return 0;
    }
  }
}
