package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One transfer after the other: how fast, and how much garbage the loops of each end make. */
final class SingleStream implements Program {

  private static final double MOST_GARBAGE_BYTES = 1024;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path large = Content.file(folder.resolve("large"), scale.streamBytes());
    double mebibytes = scale.streamBytes() / (double) (1 << 20);
    try (TwoEnds ends = TwoEnds.start()) {
      rate(ends, large);
      double[] sender = new double[scale.rounds()];
      double[] receiver = new double[scale.rounds()];
      for (int i = 0; i < scale.rounds(); i++) {
        long sent = Meter.allocated(TwoEnds.SENDER + "-loop");
        long received = Meter.allocated(TwoEnds.RECEIVER + "-loop");
        double rate = rate(ends, large);
        sender[i] = (Meter.allocated(TwoEnds.SENDER + "-loop") - sent) / mebibytes;
        receiver[i] = (Meter.allocated(TwoEnds.RECEIVER + "-loop") - received) / mebibytes;
        raw.printf(
            "single MB/s=%.0f, sender B/MiB=%.0f, receiver B/MiB=%.0f%n",
            rate / 1e6, sender[i], receiver[i]);
      }
      return List.of(
          Figure.atMost(
              "garbage of the sender's loops", median(sender), "B/MiB", MOST_GARBAGE_BYTES),
          Figure.atMost(
              "garbage of the receiver's loops", median(receiver), "B/MiB", MOST_GARBAGE_BYTES));
    }
  }

  /** Moves a file and drops it; bytes a second, opening and receipt included. */
  static double rate(TwoEnds ends, Path file) throws Exception {
    long startNs = System.nanoTime();
    TwoEnds.Pair pair = ends.start(Source.file(file), Sink.discard());
    pair.await();
    return pair.transmission().bytes() / ManyAtOnce.seconds(System.nanoTime() - startNs);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
