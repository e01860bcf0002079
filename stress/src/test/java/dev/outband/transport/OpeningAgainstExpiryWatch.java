package dev.outband.transport;

import dev.outband.api.TransferException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A reception is opened while the watch over those that wait finds none and goes to sleep. */
@JCStressTest
@Outcome(
    id = "watched",
    expect = Expect.ACCEPTABLE,
    desc = "Somebody looks at the clock for the reception.")
@Outcome(
    id = "unwatched",
    expect = Expect.FORBIDDEN,
    desc = "The reception never expires, because everybody sleeps.")
@State
public class OpeningAgainstExpiryWatch {
  private final Waiting waiting = new Waiting(Sink.discard());
  private boolean stays;

  /** Creates a registry in which nobody waits and the watch does not know yet. */
  public OpeningAgainstExpiryWatch() {
    waiting.connect();
    waiting.registry.isToBeWatched();
    waiting.woken.set(0);
  }

  @Actor
  void open() {
    try {
      waiting.registry.open(Sink.discard());
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void watch() {
    stays = waiting.registry.isToBeWatched();
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = stays || waiting.woken.get() > 0 ? "watched" : "unwatched";
  }
}
