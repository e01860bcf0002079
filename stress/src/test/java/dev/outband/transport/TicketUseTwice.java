package dev.outband.transport;

import dev.outband.api.Confirmation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A dialer proves itself while the confirmation of another transmission brings its bytes. */
@JCStressTest
@Outcome(
    id = "over a connection",
    expect = Expect.ACCEPTABLE,
    desc = "The dialer has the reception, and the bytes in the confirmation are left alone.")
@Outcome(
    id = "in the confirmation",
    expect = Expect.ACCEPTABLE,
    desc = "The confirmation filled the sink, and the dialer is refused.")
@Outcome(id = "over both", expect = Expect.FORBIDDEN, desc = "Two transmissions share one sink.")
@Outcome(id = "over none", expect = Expect.FORBIDDEN, desc = "Neither way has the reception.")
@State
public class TicketUseTwice {
  private static final DataPlane PLANE = Waiting.plane();

  private final BytesSink sink = Sink.bytes(Waiting.BYTES.length);
  private final Waiting waiting = new Waiting(sink);
  private final Confirmation confirmation = waiting.confirmation();
  private boolean opened;

  @Actor
  void dial() {
    opened = waiting.reception.claim(new Waiting.Connected(), Waiting.FIRST);
  }

  @Actor
  void deliver() {
    new InbandDelivery(PLANE, waiting.reception)
        .deliver(confirmation, confirmation.payload().view());
  }

  @Arbiter
  void judge(L_Result result) {
    boolean filled = waiting.receipt().equals("good");
    if (opened == filled) {
      result.r1 = opened ? "over both" : "over none";
    } else {
      result.r1 = opened ? "over a connection" : "in the confirmation";
    }
  }
}
