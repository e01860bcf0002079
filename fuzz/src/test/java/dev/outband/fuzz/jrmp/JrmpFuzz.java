package dev.outband.fuzz.jrmp;

import dev.outband.testkit.LeakCheck;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends streams of raw JRMP to a server's control port as clients that hold valid certificates:
 * calls of the registry, the garbage collector, an activator and the server's own objects, with
 * gadgets, stubs and codebases in their arguments, cut and changed. {@code fuzz/run --jrmp} starts
 * it.
 *
 * @param first the number of the first stream; of the same seed, the same number is the same
 *     stream, but for ports, identifiers and keys in it
 * @param streams how many
 * @param seed what the changes are drawn from
 */
record JrmpFuzz(long first, long streams, long seed) {
  private static final int CLIENTS = 2;
  private static final long WARM_UP_STREAMS = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What classes of the JDK may be loaded because of one stream in many, and stay. */
  private static final int MOST_CLASSES = 300;

  private static final int MOST_HEAP_MIB = 32;
  private static final int MIB_BITS = 20;

  /** Longer than RMI's threads idle. */
  private static final Duration HEAP_PATIENCE = Duration.ofSeconds(90);

  private static final int HISTOGRAM_LINES = 40;

  /**
   * Options {@code --streams N}, a million unless told, {@code --seed S}, another one each time
   * unless told, and {@code --from N}, to go on where a run of the same seed has ended; exits with
   * 1 if a limit was missed.
   */
  public static void main(String[] arguments) throws Exception {
    long first = 0;
    long streams = 1_000_000;
    long seed = 1 + System.nanoTime() % 1_000_000_000;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      long value = Long.parseLong(arguments[i + 1]);
      switch (arguments[i]) {
        case "--streams" -> streams = value;
        case "--seed" -> seed = value;
        case "--from" -> first = value;
        default -> throw new IllegalArgumentException("no such option: " + arguments[i]);
      }
    }
    Path folder = Files.createTempDirectory("outband-jrmp");
    List<Figure> figures = new JrmpFuzz(first, streams, seed).run(folder, System.out);
    System.exit(figures.stream().allMatch(Figure::isKept) ? 0 : 1);
  }

  /**
   * Runs, and runs a little beforehand, because the JDK keeps some of what it needs once.
   *
   * @param folder for trust domains, which stay there
   */
  List<Figure> run(Path folder, PrintStream out) throws Exception {
    out.println("seed " + seed + ", " + streams + " streams from number " + first);
    PrintStream nowhere = new PrintStream(java.io.OutputStream.nullOutputStream(), false, "UTF-8");
    List<Figure> unused = attack(folder.resolve("before"), WARM_UP_STREAMS, nowhere);
    LeakCheck leaks = LeakCheck.baseline();
    List<Figure> figures = new ArrayList<>(attack(folder.resolve("pki"), streams, out));
    figures.add(Figure.none("threads, descriptors and objects left", left(leaks, out)));
    figures.forEach(out::println);
    return figures;
  }

  private List<Figure> attack(Path folder, long count, PrintStream out) throws Exception {
    try (Scene scene = Scene.open(folder, CLIENTS)) {
      Streams streamed = new Streams(scene.corpus(), seed);
      out.println(streamed);
      try (Attack attack = new Attack(scene)) {
        Memory before = Memory.now();
        attack.send(streamed, first, count, out);
        out.println(attack.progress());
        List<Figure> figures = new ArrayList<>(attack.figures(count));
        long mostBytes = before.heapBytes() + ((MOST_HEAP_MIB + 1L) << MIB_BITS) - 1;
        List<Figure> growth = growth(before, Memory.settled(mostBytes, HEAP_PATIENCE));
        figures.addAll(growth);
        attack.complaints().forEach(out::println);
        if (!growth.stream().allMatch(Figure::isKept)) {
          out.println(Memory.histogram(HISTOGRAM_LINES));
        }
        return figures;
      }
    }
  }

  private static List<Figure> growth(Memory before, Memory after) {
    return List.of(
        Figure.atMost("more classes", after.classes() - before.classes(), MOST_CLASSES),
        Figure.atMost(
            "more objects, MiB",
            after.heapBytes() - before.heapBytes() >> MIB_BITS,
            MOST_HEAP_MIB));
  }

  private static long left(LeakCheck leaks, PrintStream out)
      throws IOException, InterruptedException {
    try {
      leaks.await(PATIENCE);
      return 0;
    } catch (AssertionError e) {
      out.println(e.getMessage());
      return 1;
    }
  }
}
