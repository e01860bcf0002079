package dev.outband.fuzz.jrmp;

import dev.outband.security.Identity;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients with valid certificates that send streams to a server, while an honest one goes on with
 * its calls.
 */
final class Attack implements AutoCloseable {
  private static final long PROGRESS_SECONDS = 10;

  private final Scene scene;
  private final Tally tally = new Tally();
  private final Alarms alarms = new Alarms(tally);
  private final HonestClient honest;
  private final long startNs = System.nanoTime();

  Attack(Scene scene) {
    this.scene = scene;
    this.honest = HonestClient.start(scene.honest(), scene.port(), tally);
  }

  /**
   * Sends streams, all clients together. Blocks.
   *
   * @param first the number of the first one
   * @throws IOException if a hostile client could not even connect
   */
  void send(Streams streams, long first, long count, PrintStream out)
      throws IOException, InterruptedException {
    AtomicInteger number = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            scene.hostile().size(),
            task -> new Thread(task, "hostile-" + number.getAndIncrement()));
    AtomicLong next = new AtomicLong(first);
    List<Future<Void>> runs = new ArrayList<>();
    try {
      for (Identity identity : scene.hostile()) {
        runs.add(
            threads.submit(
                new HostileClient(identity, scene, streams, next, first + count, tally)));
      }
      for (Future<Void> run : runs) {
        await(run, out);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void await(Future<Void> run, PrintStream out) throws IOException, InterruptedException {
    while (true) {
      try {
        run.get(PROGRESS_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        out.println(progress());
      } catch (ExecutionException e) {
        throw new IOException("a hostile client failed: " + e.getCause(), e.getCause());
      }
    }
  }

  String progress() {
    long tenths = (System.nanoTime() - startNs) / 100_000_000 + 1;
    return String.format(
        Locale.ROOT,
        "%d s: %d streams, %d/s, %d answered, %d closed, %d honest calls, %d lines logged",
        tenths / 10,
        tally.all(),
        tally.all() * 10 / tenths,
        tally.answered(),
        tally.closed(),
        honest.calls(),
        alarms.lines());
  }

  /** What is known at the end, each with its limit; ends the honest client's calls. */
  List<Figure> figures(long count) throws InterruptedException {
    honest.close();
    return List.of(
        Figure.atLeast("streams that were answered or closed", tally.all(), count),
        Figure.none("streams neither answered nor closed in 10 s", tally.neither()),
        Figure.none("exceptions that no thread caught", alarms.uncaught()),
        Figure.none("errors in the log", alarms.errors()),
        Figure.none("errors of the JVM in replies", tally.errors()),
        Figure.none("calls of the bomb's readObject", Bomb.read()),
        Figure.none(
            "unlisted classes initialized", System.getProperty(Graphs.SLEEPER) == null ? 0 : 1),
        Figure.none("stubs dialed", scene.stubsDialed()),
        Figure.none("codebases asked", scene.codebaseDialed()),
        Figure.atLeast("honest calls", honest.calls(), 2),
        Figure.none("honest calls that failed", honest.failures()),
        Figure.atMost("slowest honest call, ms", honest.slowestMs(), 5_000));
  }

  List<String> complaints() {
    return tally.complaints();
  }

  @Override
  public void close() throws InterruptedException {
    honest.close();
    alarms.close();
  }
}
