package dev.outband.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Filters that count bytes. */
final class ByteFilters {

  private ByteFilters() {}

  /** What happens instead of passing a byte. */
  interface Act {
    void on(Filter.Outlet outlet) throws IOException;
  }

  static Filter before(long at, Act act) {
    return new Filter() {
      private long left = at;

      @Override
      public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
        int pass = (int) Math.min(left, count);
        if (pass > 0) {
          outlet.write(bytes, 0, pass);
        }
        left -= pass;
        if (pass < count) {
          act.on(outlet);
        }
      }
    };
  }

  static Filter flip(long bit) {
    return new Filter() {
      private long position;

      @Override
      public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
        long index = bit / 8 - position;
        if (index >= 0 && index < count) {
          bytes[(int) index] ^= (byte) (1 << bit % 8);
        }
        position += count;
        outlet.write(bytes, 0, count);
      }
    };
  }

  static Filter duplicate(long at, int length) {
    return new Filter() {
      private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
      private long position;

      @Override
      public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
        int from = (int) Math.max(0, Math.min(count, at - position));
        int to = (int) Math.max(0, Math.min(count, at + length - position));
        copy.write(bytes, from, to - from);
        outlet.write(bytes, 0, to);
        if (to > from && copy.size() == length) {
          outlet.write(copy.toByteArray(), 0, length);
        }
        outlet.write(bytes, to, count - to);
        position += count;
      }
    };
  }

  static void oneByOne(byte[] bytes, int count, Filter.Outlet outlet) throws IOException {
    for (int i = 0; i < count; i++) {
      outlet.write(bytes, i, 1);
    }
  }
}
