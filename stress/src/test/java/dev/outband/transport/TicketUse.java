package dev.outband.transport;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two dialers that hold one ticket prove themselves at once. */
@JCStressTest
@Outcome(
    id = "one opens",
    expect = Expect.ACCEPTABLE,
    desc = "One transmission has the reception and the other is refused.")
@Outcome(id = "both open", expect = Expect.FORBIDDEN, desc = "Two transmissions share one sink.")
@Outcome(
    id = "none opens",
    expect = Expect.FORBIDDEN,
    desc = "Both dialers are refused though one of them came first.")
@Outcome(
    id = "found no more",
    expect = Expect.FORBIDDEN,
    desc = "The transmission that has the reception cannot come again.")
@State
public class TicketUse {
  private final Waiting waiting = new Waiting(Sink.discard());
  private boolean first;
  private boolean other;

  @Actor
  void first() {
    first = waiting.reception.claim(new Waiting.Connected(), Waiting.FIRST);
  }

  @Actor
  void other() {
    other = waiting.reception.claim(new Waiting.Connected(), Waiting.OTHER);
  }

  @Arbiter
  void judge(L_Result result) {
    if (first == other) {
      result.r1 = first ? "both open" : "none opens";
    } else {
      result.r1 = waiting.isFound() ? "one opens" : "found no more";
    }
  }
}
