package dev.outband.transport;

import dev.outband.security.BusyWait;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves a share of the process's data connections: their sockets, their ciphers,
 * their deadlines.
 *
 * <p>{@link #execute} may be called by any thread; everything else is confined to the loop's own. A
 * task that was given to {@link #execute} is never lost.
 */
final class EventLoop implements Executor {

  /** How late a deadline may be noticed. */
  private static final long TICK_MS = 20;

  /**
   * How long bytes may gather. A receiver that is faster than its transmitter would otherwise be
   * woken for every few packets, and waking it is work of the transmitter's kernel.
   */
  private static final long GATHER_NS = 20_000;

  private static final long TASKS_LIMIT_S = 5;

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private final Selector selector;
  private final Thread thread;
  private final LongSupplier clockNs;
  private final Scratch scratch;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>((one, other) -> Long.signum(one.dueNs() - other.dueNs()));
  private final AtomicBoolean awake = new AtomicBoolean();

  /** Held by the one thread that runs tasks. */
  private final ReentrantLock running = new ReentrantLock();

  private final AtomicInteger busy = new AtomicInteger();
  private final BusyWait wait = new BusyWait();
  private final Found found = new Found();
  private boolean gathering;
  private volatile boolean stopping;

  /** What was on the loop has been abandoned; nobody would serve what came now. */
  private volatile boolean closed;

  private volatile boolean ended;
  private long nowNs;
  private long nextTickNs;

  EventLoop(String threadName, int segmentBytes, LongSupplier clockNs) throws IOException {
    this.selector = Selector.open();
    this.clockNs = clockNs;
    this.scratch = new Scratch(segmentBytes);
    this.thread = new Thread(this::run, threadName);
    this.thread.setDaemon(true);
    this.nowNs = clockNs.getAsLong();
    this.nextTickNs = nowNs;
  }

  void start() {
    thread.start();
  }

  /** What a channel on the loop is served by. */
  interface Handler {

    /**
     * The channel is ready for something that it waits for.
     *
     * @param operations what for; it may be told of others at once, by another call
     */
    void ready(SelectionKey key, int operations) throws IOException;

    /**
     * Some milliseconds have passed.
     *
     * @param heardUntilNs a time before which everything that came has been served
     */
    void tick(long heardUntilNs);

    /** Whether it has a deadline to watch now. */
    default boolean needsTick() {
      return true;
    }

    /**
     * Something went wrong that the handler did not see to itself, or the loop stops. Must free
     * what it has.
     */
    void abandon(Throwable why);
  }

  /**
   * Runs a task on the loop's thread, or, once the loop has ended, on the caller's or another
   * caller's, one at a time.
   */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (ended) {
      runTasks();
    } else if (awake.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /**
   * Runs a task on the loop's thread after a while, unless the loop ends first. Call it on the
   * loop's thread.
   */
  void after(long delayNs, Runnable task) {
    delayed.add(new Delayed(nowNs + delayNs, task));
  }

  private void runDelayed() {
    while (!delayed.isEmpty() && nowNs - delayed.peek().dueNs() >= 0) {
      tasks.add(delayed.remove().task());
    }
  }

  private record Delayed(long dueNs, Runnable task) {}

  /** Counts what keeps the loop busy: connections that move an object. */
  void busier(int by) {
    busy.addAndGet(by);
  }

  int busy() {
    return busy.get();
  }

  /** Lets bytes gather before the loop looks again, if no other transfer waits for it. */
  void gather() {
    gathering = busy.get() == 1;
  }

  /** Whether nothing can be {@linkplain #register registered} any more. */
  boolean isClosed() {
    return closed;
  }

  SelectionKey register(SelectableChannel channel, int interest, Handler handler)
      throws IOException {
    if (closed) {
      throw new IOException("the data plane was closed");
    }
    channel.configureBlocking(false);
    return channel.register(selector, interest, handler);
  }

  Scratch scratch() {
    return scratch;
  }

  /** Looks at the clock again, after work that may have taken long. */
  void refreshNow() {
    nowNs = clockNs.getAsLong();
  }

  /** The time at which this round of the loop started, or {@link #refreshNow} was called. */
  long nowNs() {
    return nowNs;
  }

  /** Abandons every connection and ends the thread. Blocks until it has ended. */
  void close() {
    stopping = true;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        turn();
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.error("the event loop failed, thread={}", thread.getName(), e);
    } finally {
      end();
    }
  }

  /** A method of its own: one that does not return would be interpreted for long. */
  private void turn() throws IOException {
    // Whatever came before this moment is served before a deadline is judged by it: a process
    // that had no processor for a while must not take its own absence for its peers'.
    long heardUntilNs = clockNs.getAsLong();
    awaitWork();
    awake.set(false);
    nowNs = clockNs.getAsLong();
    runDelayed();
    runTasks();
    serveReady();
    tick(heardUntilNs);
    if (gathering) {
      gathering = false;
      LockSupport.parkNanos(GATHER_NS);
    }
  }

  /**
   * The messages that open a transfer follow each other closely. While objects move, a loop that
   * sleeps leaves the processor to the ends of its connections.
   */
  private void awaitWork() throws IOException {
    if (busy.get() > 0
        || !wait.lookFor(() -> selector.selectNow(found) > 0 || awake.get() || stopping)) {
      selector.select(found, timeoutMs());
    }
  }

  /** Without a deadline to watch the loop sleeps until there is something to do. */
  private long timeoutMs() {
    if (busy.get() > 0) {
      return TICK_MS;
    }
    int channels = selector.keys().size();
    boolean watching =
        !delayed.isEmpty()
            || channels > 1
            || channels == 1
                && ((Handler) selector.keys().iterator().next().attachment()).needsTick();
    return watching ? TICK_MS : 0;
  }

  /**
   * Runs what waits, unless another thread does so, which then looks once more. Nobody waits for
   * anybody here: a task of one loop that has ended may give one to another.
   */
  private void runTasks() {
    while (!tasks.isEmpty() && running.tryLock()) {
      try {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          run(task);
        }
      } finally {
        running.unlock();
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a task failed, thread={}", thread.getName(), e);
    }
  }

  /** Waits until no other thread runs tasks of this loop, for some seconds at the longest. */
  void awaitTasks() {
    try {
      if (running.tryLock(TASKS_LIMIT_S, TimeUnit.SECONDS)) {
        running.unlock();
      } else {
        LOG.warn("tasks still run, thread={}", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serveReady() {
    for (int i = 0; i < found.keys.size(); i++) {
      SelectionKey key = found.keys.get(i);
      Handler handler = (Handler) key.attachment();
      try {
        if (key.isValid()) {
          handler.ready(key, found.operations[i]);
        }
      } catch (IOException | RuntimeException | Error e) {
        abandon(handler, e);
      }
    }
    found.keys.clear();
  }

  /**
   * What the selector found, without the garbage that its own set of keys would make. Some systems'
   * selectors name a key twice, once for each operation that it is ready for, and the key itself
   * then shows the second alone.
   */
  private static final class Found implements Consumer<SelectionKey> {
    private final ArrayList<SelectionKey> keys = new ArrayList<>();
    private int[] operations = new int[16];

    @Override
    public void accept(SelectionKey key) {
      if (keys.size() == operations.length) {
        operations = Arrays.copyOf(operations, 2 * operations.length);
      }
      operations[keys.size()] = key.readyOps();
      keys.add(key);
    }
  }

  private void tick(long heardUntilNs) {
    if (heardUntilNs - nextTickNs < 0) {
      return;
    }
    nextTickNs = heardUntilNs + TICK_MS * 1_000_000;
    for (SelectionKey key : new ArrayList<>(selector.keys())) {
      Handler handler = (Handler) key.attachment();
      try {
        if (key.isValid()) {
          handler.tick(heardUntilNs);
        }
      } catch (RuntimeException | Error e) {
        abandon(handler, e);
      }
    }
  }

  private void abandon(Handler handler, Throwable why) {
    try {
      handler.abandon(why);
    } catch (RuntimeException | Error e) {
      e.addSuppressed(why);
      LOG.error("a connection could not be ended, thread={}", thread.getName(), e);
    }
  }

  private void end() {
    stopping = true;
    runTasks();
    closed = true;
    IOException stopped = new IOException("the data plane was closed");
    for (SelectionKey key : new ArrayList<>(selector.keys())) {
      abandon((Handler) key.attachment(), stopped);
    }
    ended = true;
    runTasks();
    scratch.release();
    try {
      selector.close();
    } catch (IOException e) {
      LOG.warn("the selector could not be closed, thread={}", thread.getName(), e);
    }
  }
}
