package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;

/**
 * Thousands of connections to the data port that say nothing, or a byte now and then, in waves, and
 * meanwhile one small transfer after the other, each over a connection of its own.
 */
final class SilentConnections implements Program {

  private static final double CLOSED_WITHIN_MS = 10_000;
  private static final double OPENED_WITHIN_MS = 500;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    ExecutorService threads =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "load-flood"));
    try (TwoEnds ends = TwoEnds.startCold()) {
      open(ends);
      double alone = SingleStream.median(opened(ends, threads.submit(() -> null), scale.rounds()));
      double longestMs = 0;
      double worstMs = 0;
      double[] all = {};
      for (int i = 1; i <= scale.rounds(); i++) {
        Flood flood = new Flood(ends.receiver.address(), scale.silent(), scale.silent() / 10);
        Future<Double> lives = threads.submit(flood);
        double[] ms = opened(ends, lives, 1);
        longestMs = Math.max(longestMs, lives.get());
        worstMs = Math.max(worstMs, percentile99(ms));
        all = DoubleStream.concat(Arrays.stream(all), Arrays.stream(ms)).toArray();
        raw.printf(
            "wave=%d, connections=%d, longest life ms=%.0f, transfers=%d, opened after ms:"
                + " median=%.2f, p99=%.2f, worst=%.2f, alone=%.2f%n",
            i,
            scale.silent() + scale.silent() / 10,
            lives.get(),
            ms.length,
            SingleStream.median(ms),
            percentile99(ms),
            Arrays.stream(ms).max().orElseThrow(),
            alone);
      }
      return List.of(
          Figure.atMost("longest life of a silent or slow one", longestMs, "ms", CLOSED_WITHIN_MS),
          Figure.atMost("p99 of opening, all waves", percentile99(all), "ms", OPENED_WITHIN_MS),
          Figure.atMost("p99 of opening, worst wave", worstMs, "ms", OPENED_WITHIN_MS));
    } finally {
      threads.shutdownNow();
    }
  }

  /** How long each opening took, until something is done, but so many at least. */
  private static double[] opened(TwoEnds ends, Future<?> until, int atLeast) throws Exception {
    DoubleStream.Builder ms = DoubleStream.builder();
    for (int i = 0; i < atLeast || !until.isDone(); i++) {
      ms.add(open(ends));
    }
    return ms.build().toArray();
  }

  /** From the request until both ends are proven, in milliseconds; the rest of it must succeed. */
  private static double open(TwoEnds ends) throws Exception {
    long startNs = System.nanoTime();
    TwoEnds.Pair pair = ends.start(Source.bytes(new byte[] {1}), Sink.discard());
    pair.transmission().confirmation();
    long openedNs = System.nanoTime();
    pair.await();
    pair.reception().close();
    return (openedNs - startNs) / 1e6;
  }

  private static double percentile99(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    return sorted[sorted.length * 99 / 100];
  }
}
