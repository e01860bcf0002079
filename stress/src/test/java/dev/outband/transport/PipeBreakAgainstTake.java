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

/** The event loop breaks a pipe while a thread waits for bytes in it. */
@JCStressTest
@Outcome(
    id = "broken",
    expect = Expect.ACCEPTABLE,
    desc = "The thread meets the reason, before or behind some bytes.")
@Outcome(
    id = "end",
    expect = Expect.FORBIDDEN,
    desc = "The thread takes an object that was cut off for a whole one.")
@State
public class PipeBreakAgainstTake {
  private final Pipe pipe = new Pipe(8);
  private boolean broken;

  @Actor
  void breakOff() {
    try {
      pipe.offer(ByteBuffer.wrap(Waiting.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pipe.breakOff(new IOException("the transfer failed"));
    pipe.end();
  }

  @Actor
  void take() {
    ByteBuffer into = ByteBuffer.allocate(8);
    try {
      while (pipe.take(into) != Pipe.END) {
        into.clear();
      }
    } catch (IOException e) {
      broken = true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = broken ? "broken" : "end";
  }
}
