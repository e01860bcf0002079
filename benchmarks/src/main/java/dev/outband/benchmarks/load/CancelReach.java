package dev.outband.benchmarks.load;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long after a cancel at one end the other one knows, in the middle of a transfer at full speed
 * and of one whose receiver stands nearly still.
 */
final class CancelReach implements Program {

  private static final long GIVE_UP_SECONDS = 2;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path large = Content.sparse(folder.resolve("large"), 1L << 40);
    try (TwoEnds ends = TwoEnds.start()) {
      return List.of(
          worst(ends, large, raw, "full speed, transmitter cancels", false, false, scale),
          worst(ends, large, raw, "full speed, receiver cancels", true, false, scale),
          worst(ends, large, raw, "stalled, transmitter cancels", false, true, scale),
          worst(ends, large, raw, "stalled, receiver cancels", true, true, scale));
    }
  }

  private static Figure worst(
      TwoEnds ends,
      Path large,
      PrintStream raw,
      String what,
      boolean byReceiver,
      boolean stalled,
      Scale scale)
      throws Exception {
    double[] ms = new double[scale.cancels()];
    Code code = null;
    for (int i = 0; i < ms.length; i++) {
      TwoEnds.Pair pair =
          stalled
              ? ends.startHeld(Source.file(large), Sink.discard())
              : ends.start(Source.file(large), Sink.discard());
      while (!stalled && pair.reception().transfer().bytes() < 1 << 20) {
        Thread.onSpinWait();
      }
      Transfer one = byReceiver ? pair.reception().transfer() : pair.transmission();
      Transfer other = byReceiver ? pair.transmission() : pair.reception().transfer();
      long startNs = System.nanoTime();
      one.cancel("measured");
      code = codeOf(other);
      ms[i] = (System.nanoTime() - startNs) / 1e6;
      pair.reception().close();
      pair.transmission().cancel("over");
    }
    raw.printf(
        "%s: code=%s, median ms=%.1f, worst ms=%.1f%n",
        what, code, SingleStream.median(ms), Arrays.stream(ms).max().orElseThrow());
    return Figure.atMost(what, Arrays.stream(ms).max().orElseThrow(), "ms", 1_000);
  }

  /** How the transfer ended; null if it did not. */
  private static Code codeOf(Transfer transfer) throws InterruptedException {
    try {
      transfer.receipt().toCompletableFuture().get(GIVE_UP_SECONDS, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof TransferException typed ? typed.code() : Code.INTERNAL;
    } catch (TimeoutException e) {
      return null;
    }
  }
}
