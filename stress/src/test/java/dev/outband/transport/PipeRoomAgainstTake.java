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

/** The event loop finds no room in a pipe while a thread takes what is in it. */
@JCStressTest
@Outcome(id = "room", expect = Expect.ACCEPTABLE, desc = "The loop finds room.")
@Outcome(
    id = "called back",
    expect = Expect.ACCEPTABLE,
    desc = "The loop finds none, and is called back.")
@Outcome(
    id = "asleep",
    expect = Expect.FORBIDDEN,
    desc = "The loop finds none, and nobody tells it when there is some.")
@State
public class PipeRoomAgainstTake {
  private static final int CAPACITY = 16;

  private final Pipe pipe = new Pipe(CAPACITY);
  private volatile boolean calledBack;
  private int room;

  /** Creates a full pipe. */
  public PipeRoomAgainstTake() {
    pipe.onWritable(() -> calledBack = true);
    try {
      pipe.offer(ByteBuffer.allocate(CAPACITY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  void ask() {
    room = pipe.room(0);
  }

  @Actor
  void take() {
    try {
      pipe.take(ByteBuffer.allocate(CAPACITY));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = room > 0 ? "room" : calledBack ? "called back" : "asleep";
  }
}
