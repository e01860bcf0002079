package dev.outband.testkit;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Compares what this process holds now with what it held before: live threads by name, open
 * descriptors, direct memory, whether remote objects are exported, and the files in given folders.
 *
 * <pre>{@code
 * LeakCheck leaks = LeakCheck.baseline(folder);
 * ... // what is tested, closed again
 * leaks.await(Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>Do once what is tested before the baseline is taken: the JDK keeps some descriptors and
 * threads from the first use of sockets on. What it is known to keep for itself does not count:
 * archives of classes, the common pool, cleaners, and RMI's idle connections and lease renewals,
 * which RMI ends a minute and up to a quarter of an hour after their last use. Direct memory counts
 * from {@value #DIRECT_TOLERANCE_BYTES} bytes on, because the JDK caches a buffer for each thread
 * that reads a file. That an object is exported shows in the thread that RMI has as long as one is;
 * so nothing is found where there was one at the baseline. Where the descriptors cannot be listed,
 * they are counted; where not even that is possible, they are left out. Nothing else that opens
 * files or starts threads may run in the process meanwhile. Immutable.
 */
public final class LeakCheck {

  /** How much more direct memory than before is let pass: {@value} bytes. */
  public static final long DIRECT_TOLERANCE_BYTES = 1 << 20;

  private static final long POLL_MS = 20;
  private static final long MOST_COLLECTING_NS = 1_000_000_000;

  /** How a file sink names what is not whole yet. */
  private static final Pattern TEMPORARY = Pattern.compile("\\..*\\.outband-.*");

  private final List<Path> folders;
  private final Predicate<Path> counted;
  private final Holdings before;

  private LeakCheck(List<Path> folders, Predicate<Path> counted) throws IOException {
    this.folders = folders;
    this.counted = counted;
    useASocketOnce();
    collectGarbage();
    this.before = Holdings.now(folders, counted);
  }

  /**
   * Takes the baseline.
   *
   * @param folders whose files to compare, with everything below them; a folder that does not exist
   *     has none
   * @return the check
   * @throws IOException if a folder cannot be read
   */
  public static LeakCheck baseline(Path... folders) throws IOException {
    return new LeakCheck(List.of(folders), file -> true);
  }

  /** Of the files in the folder only those count that a sink has begun and not published. */
  static LeakCheck ofTemporaries(Path folder) throws IOException {
    return new LeakCheck(
        List.of(folder), file -> TEMPORARY.matcher(String.valueOf(file.getFileName())).matches());
  }

  /**
   * Waits until nothing is left that was not there at the baseline. Blocks; collects garbage
   * meanwhile.
   *
   * @param limit how long at most
   * @throws AssertionError naming each thread, descriptor and file that is left after that
   * @throws IOException if a folder cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  public void await(Duration limit) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    List<String> left = left();
    while (!left.isEmpty() && System.nanoTime() - deadlineNs < 0) {
      // Direct memory is given back when its buffer is collected.
      System.gc();
      Thread.sleep(POLL_MS);
      left = left();
    }
    if (!left.isEmpty()) {
      throw new AssertionError("left behind after " + limit + ": " + String.join(", ", left));
    }
  }

  /**
   * What is there now that was not there at the baseline.
   *
   * @return one line for each thing, such as {@code thread loop-1} or {@code file /tmp/x}; empty if
   *     nothing is left
   * @throws IOException if a folder cannot be read
   */
  public List<String> left() throws IOException {
    Holdings now = Holdings.now(folders, counted);
    List<String> left = new ArrayList<>();
    more("thread", before.threads(), now.threads(), left);
    if (now.exports() && !before.exports()) {
      left.add("exported object");
    }
    more("descriptor", before.descriptors(), now.descriptors(), left);
    more("file", before.files(), now.files(), left);
    if (now.descriptorCount() > before.descriptorCount() && now.descriptors().isEmpty()) {
      left.add((now.descriptorCount() - before.descriptorCount()) + " descriptors");
    }
    long direct = now.directBytes() - before.directBytes();
    if (direct > DIRECT_TOLERANCE_BYTES) {
      left.add(direct + " bytes of direct memory");
    }
    return List.copyOf(left);
  }

  /** With the first socket or pipe that is closed the JDK opens one that it keeps. */
  private static void useASocketOnce() throws IOException {
    SocketChannel.open().close();
  }

  /** Until it gives back no more direct memory: what is garbage at the baseline hides a leak. */
  private static void collectGarbage() {
    long untilNs = System.nanoTime() + MOST_COLLECTING_NS;
    long before = Long.MAX_VALUE;
    for (long direct = Holdings.directMemory();
        direct < before && System.nanoTime() - untilNs < 0; ) {
      before = direct;
      System.gc();
      LockSupport.parkNanos(POLL_MS * 1_000_000);
      direct = Holdings.directMemory();
    }
  }

  private static void more(
      String kind, Map<String, Integer> before, Map<String, Integer> now, List<String> into) {
    new TreeMap<>(now)
        .forEach(
            (name, count) -> {
              int extra = count - before.getOrDefault(name, 0);
              if (extra > 0) {
                into.add(kind + " " + name + (extra > 1 ? " x" + extra : ""));
              }
            });
  }
}
