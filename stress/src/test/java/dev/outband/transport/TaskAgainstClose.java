package dev.outband.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A thread gives tasks to an event loop that ends. */
@JCStressTest
@Outcome(id = "ab", expect = Expect.ACCEPTABLE, desc = "Both tasks run, once and in their order.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "A task is lost, runs twice or before its turn.")
@State
public class TaskAgainstClose {
  private EventLoop loop;

  /** Written by tasks, which run one at a time. */
  private String ran = "";

  private synchronized EventLoop loop() {
    if (loop == null) {
      try {
        loop = new EventLoop("stress-loop", 64, System::nanoTime);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      loop.start();
    }
    return loop;
  }

  @Actor
  void execute() {
    EventLoop ending = loop();
    ending.execute(() -> ran += "a");
    ending.execute(() -> ran += "b");
  }

  @Actor
  void close() {
    loop().close();
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = ran;
  }
}
