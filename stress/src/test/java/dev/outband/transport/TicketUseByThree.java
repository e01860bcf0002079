package dev.outband.transport;

import dev.outband.transport.wire.OpenRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Three dialers that hold one ticket prove themselves at once. */
@JCStressTest
@Outcome(
    id = "1",
    expect = Expect.ACCEPTABLE,
    desc = "One transmission has the reception and the others are refused.")
@Outcome(
    id = "0",
    expect = Expect.FORBIDDEN,
    desc = "All dialers are refused though one of them came first.")
@Outcome(id = "[23]", expect = Expect.FORBIDDEN, desc = "Several transmissions share one sink.")
@State
public class TicketUseByThree {
  private static final OpenRequest THIRD = Waiting.request(3);

  private final Waiting waiting = new Waiting(Sink.discard());
  private final AtomicInteger opened = new AtomicInteger();

  @Actor
  void first() {
    use(Waiting.FIRST);
  }

  @Actor
  void other() {
    use(Waiting.OTHER);
  }

  @Actor
  void third() {
    use(THIRD);
  }

  private void use(OpenRequest request) {
    if (waiting.reception.claim(new Waiting.Connected(), request)) {
      opened.incrementAndGet();
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = opened.get();
  }
}
