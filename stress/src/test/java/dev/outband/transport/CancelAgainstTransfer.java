package dev.outband.transport;

import dev.outband.api.TransferException;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The receiving application cancels while the object comes over a data connection and its receipt
 * goes back.
 */
@JCStressTest
@Outcome(
    id = "good, good",
    expect = Expect.ACCEPTABLE,
    desc = "The receipt was first, at both ends.")
@Outcome(
    id = "CANCELLED, CANCELLED|CANCELLED, UNKNOWN_TICKET",
    expect = Expect.ACCEPTABLE,
    desc = "The application was first, and the sender hears of it.")
@Outcome(
    id = "CANCELLED, good",
    expect = Expect.FORBIDDEN,
    desc = "The sender has a receipt for an object that the receiver has not.")
@Outcome(
    id = ".*left.*",
    expect = Expect.FORBIDDEN,
    desc = "An end of the transfer waits for ever.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "The ends of the transfer tell different stories.")
@State
public class CancelAgainstTransfer {
  private static final DataPlane RECEIVER = Waiting.plane();
  private static final DataPlane SENDER = Waiting.plane();

  private final BytesSink sink = Sink.bytes(Waiting.BYTES.length);
  private final int number = Ends.number();
  private final Reception reception;
  private String sent;

  /** Creates a reception that is to be sent to. */
  public CancelAgainstTransfer() {
    try {
      reception = RECEIVER.receptions().open(sink);
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void transmit() {
    sent = Ends.send(SENDER, RECEIVER, reception);
  }

  @Actor
  void cancel() {
    Ends.pause(number, 15_000);
    reception.transfer().cancel("not wanted any more");
  }

  @Arbiter
  void judge(L_Result result) {
    String received = Ends.of(reception.transfer());
    if (received.equals("good") && !Arrays.equals(sink.toByteArray(), Waiting.BYTES)) {
      received = "good without the bytes";
    }
    result.r1 = received + ", " + sent;
  }
}
