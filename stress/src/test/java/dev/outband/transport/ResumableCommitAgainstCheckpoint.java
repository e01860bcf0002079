package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A file that can be gone on with is completed while checkpoints are made of its part without a
 * pause and somebody looks for it.
 */
@JCStressTest
@Outcome(
    id = "published, seen=.*",
    expect = Expect.ACCEPTABLE,
    desc = "The file is there, whole whenever somebody sees it, and nothing else.")
@Outcome(
    id = "published, incomplete when seen",
    expect = Expect.FORBIDDEN,
    desc = "Somebody sees a part of the file under its final name.")
@Outcome(
    id = "incomplete",
    expect = Expect.FORBIDDEN,
    desc = "The file is published without all of its bytes.")
@Outcome(
    id = "left .*",
    expect = Expect.FORBIDDEN,
    desc = "A part, or a record of it, is left beside the published file.")
@State
public class ResumableCommitAgainstCheckpoint {
  private static final BlockingThreads THREADS = new BlockingThreads("stress", 1 << 20);
  private static final OpenRequest OBJECT =
      OpenRequest.toListener(
          Protection.PRIVACY, Waiting.BYTES.length, 0, new UUID(1, 2), 4096, "tag");

  private final Path path = CountedFile.fresh();
  private final ResumableFileSink sink;
  private volatile boolean done;
  private boolean seen;
  private boolean seenIncomplete;

  /** Creates a sink that is not open. */
  public ResumableCommitAgainstCheckpoint() {
    try {
      sink = new ResumableFileSink(path, Duration.ofNanos(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  void receive() {
    sink.announced(OBJECT);
    try {
      sink.open(THREADS);
      for (byte one : Waiting.BYTES) {
        sink.write(ByteBuffer.wrap(new byte[] {one}), ByteBuffer.allocateDirect(1));
      }
      sink.commit();
    } catch (IOException | TransferException e) {
      throw new IllegalStateException(e);
    } finally {
      done = true;
    }
  }

  @Actor
  void look() {
    while (!done) {
      try {
        byte[] content = Files.readAllBytes(path);
        seen = true;
        seenIncomplete |= !Arrays.equals(content, Waiting.BYTES);
      } catch (NoSuchFileException e) {
        Thread.onSpinWait();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Arbiter
  void judge(L_Result result) {
    String hidden = "." + path.getFileName() + ".outband-part";
    if (Files.exists(path.resolveSibling(hidden))
        || Files.exists(path.resolveSibling(hidden + "-record"))) {
      result.r1 = "left part or record";
    } else if (!CountedFile.holds(path, Waiting.BYTES)) {
      result.r1 = "incomplete";
    } else {
      result.r1 = seenIncomplete ? "published, incomplete when seen" : "published, seen=" + seen;
    }
  }
}
