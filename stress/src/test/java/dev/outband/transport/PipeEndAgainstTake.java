package dev.outband.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The event loop puts the last bytes into a pipe and ends it while a thread waits for them. */
@JCStressTest
@Outcome(
    id = "3",
    expect = Expect.ACCEPTABLE,
    desc = "The thread takes every byte, and then the end.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "The thread misses bytes that were put before the end.")
@State
public class PipeEndAgainstTake {
  private final Pipe pipe = new Pipe(8);
  private int taken;

  @Actor
  void end() {
    try {
      pipe.offer(ByteBuffer.wrap(Waiting.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pipe.end();
  }

  @Actor
  void take() {
    ByteBuffer into = ByteBuffer.allocate(8);
    try {
      while (pipe.take(into) != Pipe.END) {
        taken = into.position();
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = taken;
  }
}
