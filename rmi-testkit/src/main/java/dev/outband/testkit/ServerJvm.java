package dev.outband.testkit;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JVM of its own that runs a main class of the test's class path, to be killed without warning.
 *
 * <pre>{@code
 * try (ServerJvm server = ServerJvm.of(ArchiveMain.class).arguments("--port", "0").start()) {
 *   String port = server.awaitLine("ready port=(\\d+)", Duration.ofSeconds(20)).group(1);
 *   ...
 *   server.kill();
 * }
 * }</pre>
 *
 * <p>What it prints, on either stream, is kept, line by line. It ends with the JVM that started it,
 * also if that one is killed. Has one thread. Safe for use by several threads.
 */
public final class ServerJvm implements Closeable {

  private static final int KEPT_LINES = 10_000;
  private static final int SHOWN_LINES = 100;
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

  private final Process process;
  private final Thread reading;

  /** Guarded by itself; notified at each line and at the end. */
  private final List<String> lines = new ArrayList<>();

  /** Guarded by {@link #lines}; also of those that are not kept. */
  private final Deque<String> last = new ArrayDeque<>(SHOWN_LINES);

  /** Guarded by {@link #lines}. */
  private boolean ended;

  ServerJvm(Process process) {
    this.process = process;
    this.reading = new Thread(this::read, "server-jvm-" + process.pid() + "-output");
    reading.setDaemon(true);
    reading.start();
  }

  /**
   * Starts to describe a JVM.
   *
   * @param main a class with a main method, of the class path of this JVM
   * @return a builder
   */
  public static ServerJvmBuilder of(Class<?> main) {
    return new ServerJvmBuilder(main);
  }

  /**
   * Waits for a line, from the first one on, however often one is asked for. Blocks.
   *
   * @param regex what a part of the line must match
   * @param limit how long at most
   * @return the match in the first such line
   * @throws AssertionError if the process ends without such a line, or does not print one in time;
   *     says what it printed last
   * @throws InterruptedException if the thread is interrupted
   */
  public Matcher awaitLine(String regex, Duration limit) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    long untilNs = System.nanoTime() + limit.toNanos();
    synchronized (lines) {
      for (int next = 0; ; ) {
        for (; next < lines.size(); next++) {
          Matcher matcher = pattern.matcher(lines.get(next));
          if (matcher.find()) {
            return matcher;
          }
        }
        long leftNs = untilNs - System.nanoTime();
        if (ended || leftNs <= 0) {
          throw new AssertionError(
              "no line matches " + regex + (ended ? " and it has ended" : "") + ": " + shown());
        }
        TimeUnit.NANOSECONDS.timedWait(lines, leftNs);
      }
    }
  }

  /**
   * What it has printed so far.
   *
   * @return the first 10,000 lines
   */
  public List<String> output() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /**
   * What it has printed last.
   *
   * @return a hundred lines, or all if there are fewer
   */
  public List<String> lastOutput() {
    synchronized (lines) {
      return List.copyOf(last);
    }
  }

  /**
   * What leads to its standard input.
   *
   * @return the stream; closing it is the end of its input
   */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Which process it is.
   *
   * @return its id in the operating system
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Whether it runs.
   *
   * @return false from its end on
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Kills it as {@code kill -9} does: no hook runs, and its sockets are closed by the system.
   * Blocks until it is gone. Does nothing if it is gone already.
   */
  public void kill() {
    process.destroyForcibly();
    awaitGone();
  }

  /**
   * Asks it to end, as {@code kill} does, and waits for that. Blocks.
   *
   * @param limit how long at most
   * @return its exit code
   * @throws AssertionError if it does not end in time; says what it printed last
   * @throws InterruptedException if the thread is interrupted
   */
  public int terminate(Duration limit) throws InterruptedException {
    // Not Process.destroy(), which newer JDKs have close the standard input first.
    process.toHandle().destroy();
    return awaitExit(limit);
  }

  /**
   * Waits until it ends by itself. Blocks.
   *
   * @param limit how long at most
   * @return its exit code
   * @throws AssertionError if it does not end in time; says what it printed last
   * @throws InterruptedException if the thread is interrupted
   */
  public int awaitExit(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      synchronized (lines) {
        throw new AssertionError("it runs on after " + limit + ": " + shown());
      }
    }
    reading.join();
    return process.exitValue();
  }

  /** Kills it if it still runs. Blocks until it is gone. Idempotent. */
  @Override
  public void close() {
    kill();
  }

  private void awaitGone() {
    try {
      if (!process.waitFor(KILLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("process " + pid() + " survived its kill");
      }
      reading.join();
      process.getOutputStream().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Guarded by lines. */
  private String shown() {
    return String.join(System.lineSeparator(), last);
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        keep(line);
      }
    } catch (IOException e) {
      keep("its output could not be read: " + e);
    } finally {
      synchronized (lines) {
        ended = true;
        lines.notifyAll();
      }
    }
  }

  private void keep(String line) {
    synchronized (lines) {
      if (lines.size() < KEPT_LINES) {
        lines.add(line);
      }
      if (last.size() == SHOWN_LINES) {
        last.removeFirst();
      }
      last.addLast(line);
      lines.notifyAll();
    }
  }
}
