package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
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
  void shouldKeepBytesInTheirOrderWhenItsMemoryGrowsAroundTheEndOfTheRing() throws Exception {
    Pipe large = new Pipe(1000);
    Random random = new Random(5867650);
    Queue<Byte> expected = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] more = new byte[random.nextInt(Math.min(i / 10 + 1, 1000 - expected.size()) + 1)];
      random.nextBytes(more);
      large.offer(ByteBuffer.wrap(more));
      for (byte one : more) {
        expected.add(one);
      }
      ByteBuffer some = ByteBuffer.allocate(random.nextInt(expected.size() + 1));
      assertThat(large.poll(some)).isEqualTo(some.capacity());
      for (byte one : some.array()) {
        assertThat(one).isEqualTo(expected.remove());
      }
    }
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
