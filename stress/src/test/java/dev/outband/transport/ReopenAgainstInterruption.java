package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A connection is lost, and the transmitter comes over another one as soon as it is let in. */
@JCStressTest
@Outcome(
    id = "goes on",
    expect = Expect.ACCEPTABLE,
    desc = "The new connection has the reception, which does not expire under it.")
@Outcome(
    id = "expires",
    expect = Expect.FORBIDDEN,
    desc = "The reception expires although a connection serves it.")
@Outcome(
    id = "found no more",
    expect = Expect.FORBIDDEN,
    desc = "A third connection would not find the reception.")
@State
public class ReopenAgainstInterruption {
  private static final int TRIES = 100_000_000;

  private final Waiting waiting = new Waiting(Sink.discard());
  private final Waiting.Connected again = new Waiting.Connected();

  /** Creates a reception that has a connection. */
  public ReopenAgainstInterruption() {
    waiting.connect();
  }

  @Actor
  void lose() {
    waiting.reception.interrupted(
        new TransferException(Code.CONNECTION_LOST, "lost"), Waiting.EXPIRES_NS);
  }

  @Actor
  void comeAgain() {
    for (int i = 0; !waiting.reception.claim(again, Waiting.FIRST); i++) {
      if (i == TRIES) {
        throw new IllegalStateException("the transmission was not let in again");
      }
      Thread.onSpinWait();
    }
  }

  @Arbiter
  void judge(L_Result result) {
    waiting.registry.expire(Waiting.LATE_NS);
    result.r1 = again.wasTold() ? "expires" : waiting.isFound() ? "goes on" : "found no more";
  }
}
