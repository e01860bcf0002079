package dev.outband.transport;

import dev.outband.api.TransferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A transfer drops a stream that its last bytes are on the way to. */
@JCStressTest
@Outcome(id = "committed", expect = Expect.ACCEPTABLE, desc = "The stream has every byte.")
@Outcome(
    id = "dropped",
    expect = Expect.ACCEPTABLE,
    desc = "Whoever waits for the stream hears that it was dropped.")
@Outcome(
    id = "committed, bytes missing",
    expect = Expect.FORBIDDEN,
    desc = "The stream is said to have bytes that it has not.")
@State
public class StreamSinkDropAgainstCommit {
  private static final BlockingThreads THREADS = new BlockingThreads("stress", 1 << 20);

  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private final Sink sink = Sink.stream(stream);
  private boolean committed;

  /** Creates a sink that is open. */
  public StreamSinkDropAgainstCommit() {
    try {
      sink.open(THREADS);
    } catch (IOException | TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void commit() {
    try {
      sink.write(ByteBuffer.wrap(Waiting.BYTES), ByteBuffer.allocate(Waiting.BYTES.length));
      sink.commit();
      committed = true;
    } catch (IOException e) {
      committed = false;
    }
  }

  @Actor
  void drop() {
    try {
      sink.drop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Arbiter
  void judge(L_Result result) {
    boolean whole = Arrays.equals(stream.toByteArray(), Waiting.BYTES);
    result.r1 = !committed ? "dropped" : whole ? "committed" : "committed, bytes missing";
  }
}
