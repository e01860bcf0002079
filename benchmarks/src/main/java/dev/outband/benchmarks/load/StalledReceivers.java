package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * As many fast transfers as slow ones, with and without the slow ones beside them, in turns. A slow
 * receiver takes a byte a second; its transmitter would send at full speed.
 */
final class StalledReceivers implements Program {

  private static final double MOST_BYTES = 256 * 1024;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path each = Content.file(folder.resolve("each"), scale.objectBytes());
    Path large = Content.sparse(folder.resolve("large"), scale.streamBytes());
    try (TwoEnds ends = TwoEnds.start()) {
      fast(ends, scale, each);
      double[] with = new double[scale.rounds()];
      double[] without = new double[scale.rounds()];
      double[] direct = new double[scale.rounds()];
      double[] heap = new double[scale.rounds()];
      for (int i = 0; i < scale.rounds(); i++) {
        without[i] = fast(ends, scale, each);
        long heapBefore = Meter.usedHeap();
        long directBefore = Meter.directBytes();
        List<TwoEnds.Pair> stalled = stall(ends, scale, large);
        heap[i] = (Meter.usedHeap() - heapBefore) / (double) scale.stalled();
        direct[i] = (Meter.directBytes() - directBefore) / (double) scale.stalled();
        with[i] = fast(ends, scale, each);
        end(stalled);
        raw.printf(
            "fast alone MB/s=%.0f, beside stalled MB/s=%.0f, a stalled transfer: direct B=%.0f,"
                + " heap B=%.0f%n",
            without[i] / 1e6, with[i] / 1e6, direct[i], heap[i]);
      }
      return List.of(
          Figure.atLeast(
              "fast ones beside " + scale.stalled() + " stalled, of alone",
              SingleStream.median(with) / SingleStream.median(without),
              "",
              0.95),
          Figure.atMost(
              "direct memory of a stalled transfer (sender)",
              SingleStream.median(direct),
              "B",
              MOST_BYTES),
          Figure.atMost(
              "heap of a stalled transfer (both ends)",
              SingleStream.median(heap),
              "B",
              MOST_BYTES));
    }
  }

  private static List<TwoEnds.Pair> stall(TwoEnds ends, Scale scale, Path large) throws Exception {
    List<TwoEnds.Pair> stalled = new ArrayList<>();
    for (int i = 0; i < scale.stalled(); i++) {
      stalled.add(ends.startHeld(Source.file(large), Sink.discard()));
    }
    // The sockets must be full, and each receiver must hold the first bytes of a frame.
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(scale.settleSeconds()));
    return stalled;
  }

  private static void end(List<TwoEnds.Pair> stalled) {
    for (TwoEnds.Pair pair : stalled) {
      pair.reception().close();
    }
    for (TwoEnds.Pair pair : stalled) {
      pair.transmission().receipt().toCompletableFuture().handle((good, bad) -> good).join();
    }
  }

  /** All at once, each several times; bytes a second in all. */
  private static double fast(TwoEnds ends, Scale scale, Path each) throws Exception {
    long startNs = System.nanoTime();
    long bytes = 0;
    for (int turn = 0; turn < 2; turn++) {
      List<TwoEnds.Pair> pairs = new ArrayList<>();
      for (int i = 0; i < scale.stalled(); i++) {
        pairs.add(ends.start(Source.file(each), Sink.discard()));
      }
      for (TwoEnds.Pair pair : pairs) {
        pair.await();
        bytes += scale.objectBytes();
      }
    }
    return bytes / ManyAtOnce.seconds(System.nanoTime() - startNs);
  }
}
