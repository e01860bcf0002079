package dev.outband.benchmarks.load;

import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Receptions that are allocated and wait: what each holds, stub and file sink included. */
final class WaitingReceptions implements Program {

  private static final double MOST_HEAP_BYTES = 8 * 1024;

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    try (TwoEnds ends = TwoEnds.start()) {
      ends.receiver.receptions().open(Sink.file(folder.resolve("warm-up"))).close();
      long threads = Thread.getAllStackTraces().size();
      long descriptors = Meter.descriptors();
      List<Reception> waiting = new ArrayList<>(scale.waiting());
      long heap = Meter.usedHeap();
      for (int i = 0; i < scale.waiting(); i++) {
        waiting.add(ends.receiver.receptions().open(Sink.file(folder.resolve("file-" + i))));
      }
      double each = (Meter.usedHeap() - heap) / (double) scale.waiting();
      long moreThreads = Thread.getAllStackTraces().size() - threads;
      long moreDescriptors = Meter.descriptors() - descriptors;
      raw.printf(
          "waiting=%d, heap B each=%.0f, more threads=%d, more descriptors=%d%n",
          waiting.size(), each, moreThreads, moreDescriptors);
      waiting.forEach(Reception::close);
      return List.of(
          Figure.atMost("heap of a waiting reception", each, "B", MOST_HEAP_BYTES),
          Figure.atMost("threads of all waiting receptions", (double) moreThreads, "threads", 0),
          Figure.atMost(
              "descriptors of all waiting receptions", (double) moreDescriptors, "descriptors", 0));
    }
  }
}
