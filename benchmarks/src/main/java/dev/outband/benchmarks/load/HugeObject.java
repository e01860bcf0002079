package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An object that is larger than any heap: a sparse file to nowhere, and what a program writes to a
 * file. Run it under {@code -Xmx64m}: both ends are in this JVM.
 */
final class HugeObject implements Program {

  private static final double MOST_HEAP_MIB = 64;
  private static final long SAMPLE_MS = 20;
  private static final double MIB = 1 << 20;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path sparse = Content.sparse(folder.resolve("sparse"), scale.hugeBytes());
    Path target = folder.resolve("target");
    double loops = 2.0 * Runtime.getRuntime().availableProcessors();
    try (TwoEnds ends = TwoEnds.start()) {
      long discarded =
          peak(
              ends.start(Source.file(sparse), Sink.discard()),
              scale,
              raw,
              "sparse file to nowhere");
      long written =
          peak(
              ends.start(Content.produced(scale.hugeBytes()), Sink.file(target)),
              scale,
              raw,
              "producer to file");
      long length = Files.size(target);
      Files.delete(target);
      return List.of(
          Figure.atMost(
              "heap that this JVM may use",
              Runtime.getRuntime().maxMemory() / MIB,
              "MiB",
              MOST_HEAP_MIB),
          Figure.atMost(
              "direct memory, both ends", Math.max(discarded, written) / MIB, "MiB", 2 * loops + 4),
          Figure.atLeast(
              "bytes that arrived in the file", (double) length, "B", (double) scale.hugeBytes()));
    }
  }

  private static long peak(TwoEnds.Pair pair, Scale scale, PrintStream raw, String what)
      throws Exception {
    long startNs = System.nanoTime();
    long peak = 0;
    for (boolean over = false; !over; ) {
      peak = Math.max(peak, Meter.directBytes());
      try {
        pair.reception()
            .transfer()
            .receipt()
            .toCompletableFuture()
            .get(SAMPLE_MS, TimeUnit.MILLISECONDS);
        over = true;
      } catch (TimeoutException e) {
        // It runs on: look again.
        over = false;
      }
    }
    pair.await();
    double seconds = ManyAtOnce.seconds(System.nanoTime() - startNs);
    raw.printf(
        "%s: bytes=%d, seconds=%.1f, MB/s=%.0f, peak direct MiB=%.2f%n",
        what, scale.hugeBytes(), seconds, scale.hugeBytes() / seconds / 1e6, peak / MIB);
    return peak;
  }
}
