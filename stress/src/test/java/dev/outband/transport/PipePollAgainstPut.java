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

/** The event loop finds nothing in a pipe while a thread puts the last bytes into it. */
@JCStressTest
@Outcome(id = "[123] now", expect = Expect.ACCEPTABLE, desc = "The loop takes bytes at once.")
@Outcome(
    id = "called back",
    expect = Expect.ACCEPTABLE,
    desc = "The loop finds none, and is called back.")
@Outcome(
    id = "asleep",
    expect = Expect.FORBIDDEN,
    desc = "The loop finds none, and nobody tells it when there are some.")
@Outcome(
    id = "-1 now",
    expect = Expect.FORBIDDEN,
    desc = "The loop finds the end before the bytes.")
@State
public class PipePollAgainstPut {
  private final Pipe pipe = new Pipe(8);
  private volatile boolean calledBack;
  private int polled;

  /** Creates a pipe whose loop is to be called back. */
  public PipePollAgainstPut() {
    pipe.onReadable(() -> calledBack = true);
  }

  @Actor
  void poll() {
    try {
      polled = pipe.poll(ByteBuffer.allocate(8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  void put() {
    try {
      pipe.put(ByteBuffer.wrap(Waiting.BYTES));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    pipe.end();
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = polled != 0 ? polled + " now" : calledBack ? "called back" : "asleep";
  }
}
