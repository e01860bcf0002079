package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PipeTest {

  private final Pipe pipe = new Pipe(16);
  private final ByteBuffer taken = ByteBuffer.allocate(16);

  @Test
  void shouldFailWhoeverWaitsWhenTheTakerFailsBehindTheEnd() throws Exception {
    pipe.offer(ByteBuffer.wrap(new byte[] {1}));
    assertThat(pipe.take(taken)).isEqualTo(1);
    pipe.end();

    pipe.failed(new IOException("the last write"));

    assertThatThrownBy(pipe::awaitTaken).hasMessage("the last write");
  }

  @Test
  void shouldKeepWhatIsWorkedOffWhenTheTakerFailsAfterwards() throws Exception {
    pipe.end();
    assertThat(pipe.take(taken)).isEqualTo(Pipe.END);
    pipe.taken();

    pipe.failed(new IOException("too late"));

    pipe.awaitTaken();
  }

  @Test
  void shouldStillEndWhenItIsBrokenOffBehindTheEnd() throws Exception {
    pipe.offer(ByteBuffer.wrap(new byte[] {1}));
    pipe.end();
    assertThat(pipe.take(taken)).isEqualTo(1);

    pipe.breakOff(new IOException("nobody needs it any more"));

    assertThat(pipe.take(taken)).isEqualTo(Pipe.END);
  }
}
