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

/** The application cancels a reception while its connection is lost for good. */
@JCStressTest
@Outcome(id = "CANCELLED", expect = Expect.ACCEPTABLE, desc = "The application was first.")
@Outcome(id = "TRUNCATED", expect = Expect.ACCEPTABLE, desc = "The loss was first.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "The reception does not end, or for no reason that anybody gave.")
@State
public class CancelAgainstLoss {
  private final Waiting waiting = new Waiting(Sink.discard());
  private final Waiting.Connected connection;

  /** Creates a reception that has a connection. */
  public CancelAgainstLoss() {
    connection = waiting.connect();
  }

  @Actor
  void lose() {
    TransferException lost = new TransferException(Code.TRUNCATED, "lost");
    waiting.reception.interrupted(lost, Waiting.EXPIRES_NS);
    waiting.registry.expire(Waiting.LATE_NS);
  }

  @Actor
  void cancel() {
    waiting.reception.cancel("not wanted any more");
  }

  @Arbiter
  void judge(L_Result result) {
    boolean found = waiting.isFound();
    result.r1 = found ? "still found, told=" + connection.wasTold() : waiting.receipt();
  }
}
