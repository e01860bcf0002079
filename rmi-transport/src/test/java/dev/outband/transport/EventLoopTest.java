package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopTest {

  private static final long STALL_NS = TimeUnit.HOURS.toNanos(1);

  /** Used by the loop's thread alone once that has started. */
  private final Stall stall = new Stall();

  @Test
  void shouldServeWhatCameBeforeADeadlineIsJudgedWhenTheProcessHadNoProcessor() throws Exception {
    Pipe pipe = Pipe.open();
    stall.pipe = pipe;
    EventLoop loop = new EventLoop("event-loop-test", 4096, stall);
    try {
      Listener listener = new Listener();
      loop.register(pipe.source(), SelectionKey.OP_READ, listener);
      loop.start();

      assertThat(listener.outcome.get(30, TimeUnit.SECONDS)).isEqualTo("heard");
    } finally {
      loop.close();
      pipe.sink().close();
      pipe.source().close();
    }
  }

  @Test
  void shouldEndWhenTasksOfTwoEndedLoopsGiveEachOtherTasksAtOnce() throws Exception {
    EventLoop one = ended("event-loop-one");
    EventLoop other = ended("event-loop-other");
    CyclicBarrier bothRun = new CyclicBarrier(2);
    CountDownLatch given = new CountDownLatch(2);
    for (List<EventLoop> way : List.of(List.of(one, other), List.of(other, one))) {
      new Thread(
              () ->
                  way.get(0)
                      .execute(
                          () -> {
                            meet(bothRun);
                            way.get(1).execute(given::countDown);
                          }),
              "event-loop-test-gives")
          .start();
    }

    assertThat(given.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static EventLoop ended(String name) throws IOException {
    EventLoop loop = new EventLoop(name, 4096, System::nanoTime);
    loop.start();
    loop.close();
    return loop;
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A clock that jumps when it is asked for the second time after the loop has judged deadlines
   * once: just after the loop has looked for bytes. Meanwhile some came.
   */
  private static final class Stall implements LongSupplier {
    private Pipe pipe;
    private int callsUntilStall = Integer.MAX_VALUE;
    private long nowNs;

    @Override
    public long getAsLong() {
      if (callsUntilStall < Integer.MAX_VALUE && --callsUntilStall == 0) {
        nowNs += STALL_NS;
        try {
          pipe.sink().write(ByteBuffer.allocate(1));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      nowNs += TimeUnit.MILLISECONDS.toNanos(25);
      return nowNs;
    }
  }

  /** Says which came first: the byte, or its deadline. */
  private final class Listener implements EventLoop.Handler {
    private final CompletableFuture<String> outcome = new CompletableFuture<>();

    @Override
    public void ready(SelectionKey key, int operations) {
      key.interestOps(0);
      outcome.complete("heard");
    }

    @Override
    public void tick(long heardUntilNs) {
      if (stall.callsUntilStall == Integer.MAX_VALUE) {
        stall.callsUntilStall = 2;
      } else if (heardUntilNs >= STALL_NS) {
        outcome.complete("overdue");
      }
    }

    @Override
    public void abandon(Throwable why) {
      outcome.completeExceptionally(why);
    }
  }
}
