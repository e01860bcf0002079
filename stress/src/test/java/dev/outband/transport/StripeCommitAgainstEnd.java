package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** One stream completes its stripe while the other one is given up. */
@JCStressTest
@Outcome(
    id = "nothing",
    expect = Expect.ACCEPTABLE,
    desc = "The half that came is discarded, once.")
@Outcome(
    id = "incomplete",
    expect = Expect.FORBIDDEN,
    desc = "A file with one half of the object is published.")
@Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "A temporary file is left, or removed twice.")
@State
public class StripeCommitAgainstEnd {
  private final CountedFile file = new CountedFile();
  private final Stripes stripes = Stripes.of(Sink.file(file), 2);

  /** Creates the stripes of a file that is open. */
  public StripeCommitAgainstEnd() {
    try {
      StripedBytes.open(stripes, 0);
      StripedBytes.open(stripes, 1);
    } catch (IOException | TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void complete() {
    try {
      stripes.write(0, ByteBuffer.wrap(StripedBytes.WHOLE, 0, 2), ByteBuffer.allocate(2));
      stripes.commit(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  void giveUp() {
    try {
      stripes.end(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = file.fate(StripedBytes.WHOLE);
  }
}
