package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of sources and sinks that may block: one each for as long as it lasts, bounded in
 * number, virtual where the JVM has them (21 and later).
 */
final class BlockingThreads implements AutoCloseable {

  private final int most;
  private final ThreadFactory factory;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger number = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final String name;

  BlockingThreads(String name, int most) {
    this.name = name;
    this.most = most;
    this.factory = factory();
  }

  /** A running source or sink. */
  interface Handle {

    /**
     * Wakes it from whatever it waits in: closes what it reads or writes, on a thread of its own if
     * it runs, and interrupts it.
     */
    void cancel(Runnable close);
  }

  Handle start(String role, Runnable body) throws TransferException {
    if (running.incrementAndGet() > most) {
      running.decrementAndGet();
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "blocking sources and sinks at once must be at most " + most);
    }
    Thread thread = factory.newThread(() -> run(body));
    thread.setName(name + "-" + role + "-" + number.getAndIncrement());
    threads.add(thread);
    thread.start();
    return close -> cancel(thread, close);
  }

  private void run(Runnable body) {
    try {
      body.run();
    } finally {
      threads.remove(Thread.currentThread());
      running.decrementAndGet();
    }
  }

  private void cancel(Thread thread, Runnable close) {
    thread.interrupt();
    if (!thread.isAlive()) {
      close.run();
      return;
    }
    Thread closer = factory.newThread(close);
    closer.setName(thread.getName() + "-close");
    closer.start();
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private static ThreadFactory factory() {
    try {
      Method ofVirtual = Thread.class.getMethod("ofVirtual");
      Object builder = ofVirtual.invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      return task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}
