package dev.outband.transport;

import dev.outband.api.TransferException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A transmission starts while the data plane that is to dial for it is closed. */
@JCStressTest
@Outcome(
    id = "good",
    expect = Expect.ACCEPTABLE,
    desc = "The object was sent before the plane was closed.")
@Outcome(
    id = "SHUTTING_DOWN|CONNECTION_LOST|TRUNCATED",
    expect = Expect.ACCEPTABLE,
    desc =
        "Whoever asked for the transmission hears that the plane was closed, or that the connection"
            + " went with it.")
@Outcome(
    id = "left",
    expect = Expect.FORBIDDEN,
    desc = "Whoever asked for the transmission waits for ever.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "The transmission ends for a reason that nobody gave.")
@State
public class TransmissionAgainstClose {
  private static final DataPlane RECEIVER = Waiting.plane();

  private final Reception reception;
  private final int number = Ends.number();
  private DataPlane plane;
  private String sent;

  /** Creates a reception that is to be sent to. */
  public TransmissionAgainstClose() {
    try {
      reception = RECEIVER.receptions().open(Sink.discard());
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized DataPlane plane() {
    if (plane == null) {
      plane = Waiting.plane();
    }
    return plane;
  }

  @Actor
  void transmit() {
    sent = Ends.send(plane(), RECEIVER, reception);
  }

  @Actor
  void close() {
    DataPlane closing = plane();
    Ends.pause(number, 15_000);
    closing.close();
  }

  @Arbiter
  void judge(L_Result result) {
    reception.close();
    result.r1 = sent;
  }
}
