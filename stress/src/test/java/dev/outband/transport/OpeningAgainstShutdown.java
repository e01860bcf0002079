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

/** A reception is opened while the process ends all that wait, for the last time. */
@JCStressTest
@Outcome(
    id = "refused",
    expect = Expect.ACCEPTABLE,
    desc = "The process takes no reception any more.")
@Outcome(
    id = "ended",
    expect = Expect.ACCEPTABLE,
    desc = "The reception was there in time to be ended.")
@Outcome(
    id = "left",
    expect = Expect.FORBIDDEN,
    desc = "The reception waits for ever in a process that has shut down.")
@State
public class OpeningAgainstShutdown {
  private final Waiting waiting = new Waiting(Sink.discard());
  private Reception opened;
  private Code refusal;

  @Actor
  void open() {
    try {
      opened = waiting.registry.open(Sink.discard());
    } catch (TransferException e) {
      refusal = e.code();
    }
  }

  @Actor
  void shutDown() {
    waiting.registry.closeWaiting();
  }

  @Arbiter
  void judge(L_Result result) {
    if (opened == null) {
      result.r1 = refusal == Code.SHUTTING_DOWN ? "refused" : refusal;
    } else {
      String receipt = Waiting.receiptOf(opened.transfer());
      result.r1 = receipt.equals("SHUTTING_DOWN") ? "ended" : "left";
    }
  }
}
