package dev.outband.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Filters that let everything pass, but later or slower. */
final class PacedFilters {

  private static final long SECOND_NS = 1_000_000_000;

  /** How many portions a second a throttled direction passes, at the most. */
  private static final int PORTIONS = 50;

  private PacedFilters() {}

  static Filter throttle(long bytesPerSecond) {
    int portion = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytesPerSecond / PORTIONS));
    return new Filter() {
      private long nextNs = System.nanoTime();

      @Override
      public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
        for (int at = 0; at < count; ) {
          outlet.pauseUntil(nextNs);
          int part = Math.min(portion, count - at);
          outlet.write(bytes, at, part);
          at += part;
          nextNs =
              Math.max(nextNs, System.nanoTime() - SECOND_NS / PORTIONS)
                  + part * SECOND_NS / bytesPerSecond;
        }
      }
    };
  }

  /** Everything comes later by the same time; as much is under way as a long line would hold. */
  static final class Delay implements Filter {

    private static final int MOST_HELD_BYTES = 8 << 20;

    private record Portion(ByteBuffer bytes, long dueNs) {}

    private final long delayNs;
    private final Deque<Portion> held = new ArrayDeque<>();
    private long heldBytes;

    Delay(long delayNs) {
      this.delayNs = delayNs;
    }

    @Override
    public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
      ByteBuffer copy = ByteBuffer.wrap(Arrays.copyOf(bytes, count));
      held.add(new Portion(copy, System.nanoTime() + delayNs));
      heldBytes += count;
      while (heldBytes > MOST_HELD_BYTES) {
        passOne(outlet);
      }
      passDue(outlet);
    }

    @Override
    public long dueNs() {
      return held.isEmpty() ? Long.MAX_VALUE : held.peek().dueNs();
    }

    @Override
    public void passDue(Outlet outlet) throws IOException {
      while (!held.isEmpty() && held.peek().dueNs() - System.nanoTime() <= 0) {
        passOne(outlet);
      }
    }

    @Override
    public void end(Outlet outlet) throws IOException {
      while (!held.isEmpty()) {
        passOne(outlet);
      }
    }

    private void passOne(Outlet outlet) throws IOException {
      Portion next = held.remove();
      int count = next.bytes().remaining();
      heldBytes -= count;
      outlet.pauseUntil(next.dueNs());
      outlet.write(next.bytes().array(), 0, count);
    }
  }
}
