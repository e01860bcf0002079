package dev.outband.benchmarks.load;

import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.StripedReception;
import dev.outband.transport.Transmission;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One object over several streams beside each other, in turns with one over a single stream. Over
 * loopback there is no line to fill, so what is to be seen is what more event loops gain or cost.
 */
final class ParallelStreams implements Program {

  private static final int[] STREAMS = {1, 2, 4, 8};

  @Override
  public List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception {
    Path large = Content.file(folder.resolve("large"), scale.streamBytes());
    double[][] rates = new double[STREAMS.length][scale.rounds()];
    try (TwoEnds ends = TwoEnds.start()) {
      rate(ends, large, 1);
      for (int round = 0; round < scale.rounds(); round++) {
        for (int i = 0; i < STREAMS.length; i++) {
          rates[i][round] = rate(ends, large, STREAMS[i]);
          raw.printf("streams=%d, MB/s=%.0f%n", STREAMS[i], rates[i][round] / 1e6);
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (int i = 1; i < STREAMS.length; i++) {
      double share = SingleStream.median(rates[i]) / SingleStream.median(rates[0]);
      figures.add(
          Figure.atLeast("throughput of " + STREAMS[i] + " streams, of one", share, "", 0.8));
    }
    return figures;
  }

  private static double rate(TwoEnds ends, Path file, int streams) throws Exception {
    long startNs = System.nanoTime();
    try (StripedReception reception =
        ends.receiver.receptions().openStriped(Sink.discard(), Long.MAX_VALUE, streams)) {
      Transmission transmission =
          ends.transmitter.start(Source.file(file, "streams"), reception.stubs(), Long.MAX_VALUE);
      long bytes = transmission.await().bytes();
      reception.transfer().receipt().toCompletableFuture().get();
      return bytes / ManyAtOnce.seconds(System.nanoTime() - startNs);
    }
  }
}
