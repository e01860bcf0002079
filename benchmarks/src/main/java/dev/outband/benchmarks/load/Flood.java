package dev.outband.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Connections that are opened as fast as they can be and wait until the other end closes them. Most
 * say nothing, some send a byte of what may be a HELLO every two seconds.
 */
final class Flood implements Callable<Double> {

  private static final long BYTE_EVERY_MS = 2_000;
  private static final long GIVE_UP_MS = 60_000;
  private static final int AT_ONCE = 64;
  private static final byte[] HELLO = {'O', 'B', 'N', 'D', 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  private final InetSocketAddress target;
  private final int silent;
  private final int slow;
  private int connecting;
  private int open;
  private double longestMs;

  /** One connection. */
  private static final class One {
    private final boolean isSlow;
    private long sinceNs;
    private int sent;

    private One(boolean isSlow) {
      this.isSlow = isSlow;
    }
  }

  Flood(InetSocketAddress target, int silent, int slow) {
    this.target = target;
    this.silent = silent;
    this.slow = slow;
  }

  /** Opens all and waits until all are closed; the longest life of one, in milliseconds. */
  @Override
  public Double call() throws IOException {
    int left = silent + slow;
    long byteNs = System.nanoTime();
    try (Selector selector = Selector.open()) {
      while (left > 0 || open > 0) {
        while (left > 0 && connecting < AT_ONCE) {
          dial(selector, left % (silent / slow + 1) == 0);
          left--;
        }
        selector.select(this::ready, 100);
        if (System.nanoTime() - byteNs > TimeUnit.MILLISECONDS.toNanos(BYTE_EVERY_MS)) {
          byteNs = System.nanoTime();
          tell(selector);
        }
      }
      return longestMs;
    }
  }

  private void dial(Selector selector, boolean isSlow) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, new One(isSlow));
    open++;
    connecting++;
    if (channel.connect(target)) {
      connected(key);
    }
  }

  private void ready(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        connected(key);
      } else if (channel.read(ByteBuffer.allocate(64)) < 0) {
        over(key);
      }
    } catch (IOException e) {
      // Reset: closed as well.
      over(key);
    }
  }

  private void connected(SelectionKey key) {
    connecting--;
    ((One) key.attachment()).sinceNs = System.nanoTime();
    key.interestOps(SelectionKey.OP_READ);
  }

  private void over(SelectionKey key) {
    open--;
    One one = (One) key.attachment();
    if (one.sinceNs == 0) {
      connecting--;
    } else {
      longestMs = Math.max(longestMs, (System.nanoTime() - one.sinceNs) / 1e6);
    }
    try {
      key.channel().close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each slow one sends its next byte; what is not closed after a minute never will be. */
  private void tell(Selector selector) {
    long nowNs = System.nanoTime();
    for (SelectionKey key : selector.keys()) {
      One one = (One) key.attachment();
      if (!key.isValid() || one.sinceNs == 0) {
        continue;
      }
      if (nowNs - one.sinceNs > TimeUnit.MILLISECONDS.toNanos(GIVE_UP_MS)) {
        throw new IllegalStateException("a connection is still open after " + GIVE_UP_MS + " ms");
      }
      if (one.isSlow && one.sent < HELLO.length) {
        try {
          ((SocketChannel) key.channel()).write(ByteBuffer.wrap(HELLO, one.sent++, 1));
        } catch (IOException e) {
          over(key);
        }
      }
    }
  }
}
