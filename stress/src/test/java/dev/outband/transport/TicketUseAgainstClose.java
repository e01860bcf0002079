package dev.outband.transport;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A dialer proves itself while the application closes the reception. */
@JCStressTest
@Outcome(
    id = "opened, told to end",
    expect = Expect.ACCEPTABLE,
    desc = "The dialer was first, and its connection hears that it is to end.")
@Outcome(
    id = "closed",
    expect = Expect.ACCEPTABLE,
    desc = "The reception was closed first, and the dialer is refused.")
@Outcome(
    id = "opened, not told",
    expect = Expect.FORBIDDEN,
    desc = "The connection never hears that the reception was closed.")
@Outcome(
    id = "opened, receipt=.*",
    expect = Expect.FORBIDDEN,
    desc = "The reception ends behind the back of its connection.")
@Outcome(
    id = "closed, receipt=.*",
    expect = Expect.FORBIDDEN,
    desc = "The reception was closed, and its receipt does not say so.")
@Outcome(
    id = "closed, still found",
    expect = Expect.FORBIDDEN,
    desc = "Dialers still find a reception that has ended.")
@State
public class TicketUseAgainstClose {
  private final Waiting waiting = new Waiting(Sink.discard());
  private final Waiting.Connected dialer = new Waiting.Connected();
  private boolean opened;

  @Actor
  void use() {
    opened = waiting.reception.claim(dialer, Waiting.FIRST);
  }

  @Actor
  void close() {
    waiting.reception.close();
  }

  @Arbiter
  void judge(L_Result result) {
    String receipt = waiting.receipt();
    if (!opened) {
      boolean told = receipt.equals("CANCELLED");
      result.r1 =
          told
              ? waiting.isFound() ? "closed, still found" : "closed"
              : "closed, receipt=" + receipt;
    } else if (!receipt.equals("none")) {
      result.r1 = "opened, receipt=" + receipt;
    } else {
      result.r1 = dialer.wasTold() ? "opened, told to end" : "opened, not told";
    }
  }
}
