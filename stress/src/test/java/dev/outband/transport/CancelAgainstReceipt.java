package dev.outband.transport;

import dev.outband.api.Confirmation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The application cancels a reception while its sink takes the last byte and its receipt is made.
 */
@JCStressTest
@Outcome(
    id = "good, published",
    expect = Expect.ACCEPTABLE,
    desc = "The receipt was first: the file is there, whole, and cancelling changes nothing.")
@Outcome(
    id = "CANCELLED, nothing",
    expect = Expect.ACCEPTABLE,
    desc = "The application was first: there is no file and no temporary one.")
@Outcome(
    id = "good, .*",
    expect = Expect.FORBIDDEN,
    desc = "There is a receipt and not exactly one whole file.")
@Outcome(
    id = ".*, published",
    expect = Expect.FORBIDDEN,
    desc = "There is a file of a transfer that has failed.")
@Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "Receipt and file tell different stories.")
@State
public class CancelAgainstReceipt {
  private static final DataPlane PLANE = Waiting.plane();

  private final CountedFile file = new CountedFile();
  private final Waiting waiting = new Waiting(Sink.file(file));
  private final Confirmation confirmation = waiting.confirmation();

  @Actor
  void deliver() {
    new InbandDelivery(PLANE, waiting.reception)
        .deliver(confirmation, confirmation.payload().view());
  }

  @Actor
  void cancel() {
    waiting.reception.cancel("not wanted any more");
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = waiting.receipt() + ", " + file.fate(Waiting.BYTES);
  }
}
