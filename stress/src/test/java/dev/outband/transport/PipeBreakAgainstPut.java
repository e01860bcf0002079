package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The event loop breaks a pipe while a thread waits for room in it. */
@JCStressTest
@Outcome(id = "broken", expect = Expect.ACCEPTABLE, desc = "The thread meets the reason.")
@Outcome(
    id = "put",
    expect = Expect.FORBIDDEN,
    desc = "The thread believes that bytes went into a pipe that has no room for them.")
@State
public class PipeBreakAgainstPut {
  private final Pipe pipe = new Pipe(2);
  private boolean broken;

  @Actor
  void breakOff() {
    pipe.breakOff(new IOException("the transfer has ended"));
  }

  @Actor
  void put() {
    try {
      pipe.put(ByteBuffer.wrap(Waiting.BYTES));
    } catch (IOException e) {
      broken = true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = broken ? "broken" : "put";
  }
}
