package dev.outband.transport;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A dialer proves itself at the moment at which its ticket expires. */
@JCStressTest
@Outcome(
    id = "opened",
    expect = Expect.ACCEPTABLE,
    desc = "The dialer was first, and the reception does not expire while it is connected.")
@Outcome(
    id = "expired",
    expect = Expect.ACCEPTABLE,
    desc = "The ticket expired first, and the dialer is refused.")
@Outcome(
    id = "opened, told to end",
    expect = Expect.FORBIDDEN,
    desc = "A dialer that was let in is thrown out because nobody came.")
@Outcome(
    id = "opened, expires later",
    expect = Expect.FORBIDDEN,
    desc = "The reception expires while it is connected.")
@Outcome(
    id = "refused, receipt=.*",
    expect = Expect.FORBIDDEN,
    desc = "The dialer is refused, and the reception does not say that it expired.")
@State
public class TicketUseAgainstExpiry {
  private final Waiting waiting = new Waiting(Sink.discard());
  private final Waiting.Connected dialer = new Waiting.Connected();
  private boolean opened;

  @Actor
  void use() {
    opened = waiting.reception.claim(dialer, Waiting.FIRST);
  }

  @Actor
  void expire() {
    waiting.registry.expire(Waiting.EXPIRES_NS);
  }

  @Arbiter
  void judge(L_Result result) {
    if (!opened) {
      String receipt = waiting.receipt();
      result.r1 = receipt.equals("EXPIRED") ? "expired" : "refused, receipt=" + receipt;
    } else if (dialer.wasTold()) {
      result.r1 = "opened, told to end";
    } else {
      waiting.registry.expire(Waiting.LATE_NS);
      result.r1 = dialer.wasTold() || !waiting.isFound() ? "opened, expires later" : "opened";
    }
  }
}
