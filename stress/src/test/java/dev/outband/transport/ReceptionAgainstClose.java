package dev.outband.transport;

import dev.outband.api.TransferException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An object is sent to a data plane that is closed. */
@JCStressTest
@Outcome(
    id = "good, .*",
    expect = Expect.ACCEPTABLE,
    desc = "The object came before the plane was closed, whether or not its sender hears of it.")
@Outcome(
    id = "SHUTTING_DOWN, [A-Z_]+",
    expect = Expect.ACCEPTABLE,
    desc =
        "Whoever receives hears that the process shuts down, and the sender that nobody has the"
            + " object.")
@Outcome(
    id = "SHUTTING_DOWN, good",
    expect = Expect.FORBIDDEN,
    desc = "The sender has a receipt for an object that the receiver has not.")
@Outcome(
    id = ".*left.*",
    expect = Expect.FORBIDDEN,
    desc = "An end of the transfer waits for ever.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "An end of the transfer is told something that is not so.")
@State
public class ReceptionAgainstClose {
  private static final DataPlane SENDER = Waiting.plane();

  private final int number = Ends.number();
  private DataPlane plane;
  private Reception reception;
  private String sent;

  private synchronized DataPlane plane() {
    if (plane == null) {
      plane = Waiting.plane();
      try {
        reception = plane.receptions().open(Sink.bytes(Waiting.BYTES.length));
      } catch (TransferException e) {
        throw new IllegalStateException(e);
      }
    }
    return plane;
  }

  @Actor
  void transmit() {
    sent = Ends.send(SENDER, plane(), reception);
  }

  @Actor
  void close() {
    DataPlane closing = plane();
    Ends.pause(number, 100_000);
    closing.close();
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = Ends.of(reception.transfer()) + ", " + sent;
  }
}
