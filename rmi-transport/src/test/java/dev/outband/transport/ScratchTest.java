package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.transport.wire.FrameHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ScratchTest {
  private static final int LINE_BYTES = 64;
  private static final int SEGMENT_BYTES = 4096;

  @Test
  void shouldBeginACacheLineAtThePosition() {
    for (int bytes = 1; bytes <= 3 * LINE_BYTES; bytes++) {
      for (int position : new int[] {0, 4, LINE_BYTES}) {
        ByteBuffer buffer = Scratch.direct(bytes, position);
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.position()).isZero();
        assertThat(buffer.limit()).isEqualTo(bytes);
        assertThat(buffer.capacity()).isEqualTo(bytes);
        if (position < bytes) {
          assertThat(buffer.alignmentOffset(position, LINE_BYTES)).isZero();
        }
      }
    }
  }

  @Test
  void shouldBeginACacheLineWithWhatIsReadAndWithTheContentThatIsSent() {
    Scratch scratch = new Scratch(SEGMENT_BYTES);
    assertThat(scratch.inbound.alignmentOffset(0, LINE_BYTES)).isZero();
    assertThat(scratch.through.alignmentOffset(0, LINE_BYTES)).isZero();
    assertThat(scratch.borrowOutbound().alignmentOffset(FrameHeader.BYTES, LINE_BYTES)).isZero();
  }
}
