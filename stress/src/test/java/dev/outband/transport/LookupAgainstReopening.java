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

/** A dialer names a ticket while the reception loses its connection and gets another one. */
@JCStressTest
@Outcome(
    id = "found",
    expect = Expect.ACCEPTABLE,
    desc = "The dialer finds the reception, which has not ended.")
@Outcome(
    id = "unknown",
    expect = Expect.FORBIDDEN,
    desc = "A ticket of a reception that has not ended is taken for unknown.")
@State
public class LookupAgainstReopening {
  private final Waiting waiting = new Waiting(Sink.discard());
  private boolean found;

  /** Creates a reception that has a connection. */
  public LookupAgainstReopening() {
    waiting.connect();
  }

  @Actor
  void reopen() {
    waiting.reception.interrupted(
        new TransferException(Code.CONNECTION_LOST, "lost"), Waiting.EXPIRES_NS);
    waiting.reception.claim(new Waiting.Connected(), Waiting.FIRST);
  }

  @Actor
  void lookUp() {
    found = waiting.isFound();
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = found ? "found" : "unknown";
  }
}
