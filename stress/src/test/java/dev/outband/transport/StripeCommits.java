package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two streams complete their stripes of one object at once. */
@JCStressTest
@Outcome(
    id = "published",
    expect = Expect.ACCEPTABLE,
    desc = "The file is made once and published once, with both stripes.")
@Outcome(
    id = "incomplete",
    expect = Expect.FORBIDDEN,
    desc = "The file is published without one of its stripes.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "The file is made, published or discarded as often as there are streams, or never.")
@State
public class StripeCommits {
  private final CountedFile file = new CountedFile();
  private final Stripes stripes = Stripes.of(Sink.file(file), 2);

  @Actor
  void first() {
    complete(0);
  }

  @Actor
  void second() {
    complete(1);
  }

  private void complete(int stream) {
    ByteBuffer half = ByteBuffer.wrap(StripedBytes.WHOLE, 2 * stream, 2);
    try {
      StripedBytes.open(stripes, stream);
      stripes.write(half.position(), half, ByteBuffer.allocate(2));
      stripes.commit(stream);
    } catch (IOException | TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = file.fate(StripedBytes.WHOLE);
  }
}
