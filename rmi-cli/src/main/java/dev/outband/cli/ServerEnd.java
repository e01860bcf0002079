package dev.outband.cli;

import dev.outband.server.OutbandServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server process ends that is told to: what runs may end first, within a limit, and what then
 * goes wrong or takes too long ends with the process.
 */
final class ServerEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ServerEnd.class);

  /**
   * How long closing may take: a second or two, some more where Hazelcast does not answer or a disk
   * is slow.
   */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private static final int MOST_FRAMES = 30;

  private final Steps server;
  private final Duration drainLimit;
  private final Duration closeLimit;

  /** What is done, in this order. */
  interface Steps {

    /** As {@link OutbandServer#drain}. */
    boolean drain(Duration limit) throws InterruptedException;

    /** As {@link OutbandServer#close}. */
    void close();
  }

  ServerEnd(Steps server, Duration drainLimit, Duration closeLimit) {
    this.server = server;
    this.drainLimit = drainLimit;
    this.closeLimit = closeLimit;
  }

  static ServerEnd of(OutbandServer server, Duration drainLimit) {
    return new ServerEnd(
        new Steps() {
          @Override
          public boolean drain(Duration limit) throws InterruptedException {
            return server.drain(limit);
          }

          @Override
          public void close() {
            server.close();
          }
        },
        drainLimit,
        CLOSE_LIMIT);
  }

  /**
   * Ends the server. Blocks until that is done, or the time is over.
   *
   * @return {@link ExitCode#DONE}, also if running transfers were cut off, because to be told to
   *     end is no failure; {@link ExitCode#FAILED} if draining or closing failed or took too long
   */
  int await() throws InterruptedException {
    FutureTask<Void> work = new FutureTask<>(this::end);
    Thread working = new Thread(work, "outband-end");
    working.setDaemon(true);
    working.start();
    try {
      work.get(drainLimit.plus(closeLimit).toNanos(), TimeUnit.NANOSECONDS);
      return ExitCode.DONE;
    } catch (ExecutionException e) {
      LOG.error("the server did not end well", e.getCause());
    } catch (TimeoutException e) {
      LOG.error(
          "the end took {} s longer than draining may, it is cut off; what each thread did follows",
          closeLimit.toSeconds());
      logStacks(working);
    }
    return ExitCode.FAILED;
  }

  private Void end() throws InterruptedException {
    LOG.info("draining, limit={} s", drainLimit.toSeconds());
    boolean isDrained = server.drain(drainLimit);
    LOG.info(isDrained ? "drained" : "drain limit passed, running transfers are cut off");
    server.close();
    return null;
  }

  /** Each thread's stack, that of the thread whose time is over last: it tells the most. */
  private static void logStacks(Thread working) {
    Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
    StackTraceElement[] where = stacks.remove(working);
    stacks.forEach(ServerEnd::log);
    if (where != null) {
      log(working, where);
    }
  }

  private static void log(Thread thread, StackTraceElement[] stack) {
    LOG.error(
        "thread={}, state={}: {}",
        thread.getName(),
        thread.getState(),
        Arrays.stream(stack)
            .limit(MOST_FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ")));
  }
}
