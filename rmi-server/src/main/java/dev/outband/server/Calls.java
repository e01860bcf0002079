package dev.outband.server;

import java.lang.reflect.InvocationHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts the calls that run, so that a server which ends can let them end first. */
final class Calls {

  /** Guarded by this. */
  private int running;

  /** The same handler, whose calls are counted. */
  InvocationHandler counted(InvocationHandler handler) {
    return (proxy, method, arguments) -> {
      enter();
      try {
        return handler.invoke(proxy, method, arguments);
      } finally {
        leave();
      }
    };
  }

  synchronized int running() {
    return running;
  }

  /** Waits until no call runs; whether that was within the limit. */
  synchronized boolean awaitNone(Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    long leftNs = limit.toNanos();
    while (running > 0 && leftNs > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      leftNs = endNs - System.nanoTime();
    }
    return running == 0;
  }

  synchronized void enter() {
    running++;
  }

  synchronized void leave() {
    running--;
    if (running == 0) {
      notifyAll();
    }
  }
}
