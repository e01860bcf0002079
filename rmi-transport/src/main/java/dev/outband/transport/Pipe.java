package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A bounded ring of bytes between an event loop, which never blocks, and one thread of somebody
 * else's, which may.
 *
 * <p>The loop's end asks ({@link #poll}, {@link #offer}) and is called back when asking again makes
 * sense; the other end waits ({@link #take}, {@link #put}). Either end may break the pipe, which
 * the other end then meets as an exception. Memory is provided as bytes come, so that a short
 * object takes little.
 */
final class Pipe {

  /** What {@link #poll} and {@link #take} answer at the end. */
  static final int END = -1;

  /**
   * The capacity between a data connection and a stream: two segments, less what would make an
   * array so long that G1, with regions of 1 MiB, gives it one of its own, outside of the young
   * generation.
   */
  static final int STREAM_BYTES = 511 * 1024;

  /** Less than this part of the ring is not worth a system call. */
  private static final int WORTHWHILE = 16;

  private final int capacity;

  /** All below guarded by this. */
  private byte[] ring;

  private int head;
  private int filled;
  private boolean ended;
  private boolean finished;
  private IOException broken;
  private Runnable whenReadable = () -> {};
  private Runnable whenWritable = () -> {};
  private boolean wantsToRead;
  private boolean wantsToWrite;

  Pipe(int capacity) {
    this.capacity = capacity;
  }

  synchronized void onReadable(Runnable callback) {
    whenReadable = callback;
  }

  synchronized void onWritable(Runnable callback) {
    whenWritable = callback;
  }

  /**
   * Moves what is there, at most what {@code into} takes; 0 if nothing is there yet, and a callback
   * when that changes.
   */
  int poll(ByteBuffer into) throws IOException {
    Runnable callback;
    int moved;
    synchronized (this) {
      moved = moveTo(into);
      if (moved == 0 && into.hasRemaining()) {
        requireWhole();
        if (ended) {
          return END;
        }
        wantsToRead = true;
      }
      callback = moved > 0 ? writable() : null;
    }
    run(callback);
    return moved;
  }

  /**
   * How many bytes {@link #offer} would take now besides those held already; 0 if few, and a
   * callback when there is more.
   */
  synchronized int room(int held) {
    int room = capacity - filled - held;
    wantsToWrite = room < capacity / WORTHWHILE && broken == null;
    return wantsToWrite ? 0 : room;
  }

  /** Puts all of it, for which there must be {@link #room}. */
  void offer(ByteBuffer from) throws IOException {
    Runnable callback;
    synchronized (this) {
      requireWhole();
      moveFrom(from);
      callback = readable();
    }
    run(callback);
  }

  /** Waits until there is something, and moves it; {@link #END} at the end. */
  int take(ByteBuffer into) throws IOException, InterruptedException {
    Runnable callback;
    int moved;
    synchronized (this) {
      while (filled == 0 && !ended && broken == null) {
        wait();
      }
      moved = moveTo(into);
      if (moved == 0 && into.hasRemaining()) {
        requireWhole();
        return END;
      }
      callback = writable();
    }
    run(callback);
    return moved;
  }

  /** Puts all of it, waiting for room as often as it must. */
  void put(ByteBuffer from) throws IOException, InterruptedException {
    while (from.hasRemaining()) {
      Runnable callback;
      synchronized (this) {
        while (filled == capacity && broken == null) {
          wait();
        }
        requireWhole();
        moveFrom(from);
        callback = readable();
      }
      run(callback);
    }
  }

  /** Says that nothing more will be put. */
  void end() {
    Runnable callback;
    synchronized (this) {
      ended = true;
      callback = readable();
    }
    run(callback);
  }

  /**
   * Breaks the pipe: what is in it is lost, and both ends meet the reason. The first reason counts.
   */
  void breakOff(IOException why) {
    Runnable read;
    Runnable write;
    synchronized (this) {
      if (broken == null && !(ended && filled == 0)) {
        broken = why;
        ring = null;
        filled = 0;
      }
      read = readable();
      write = writable();
    }
    run(read);
    run(write);
  }

  /**
   * Says that what was taken could not be worked off. Unlike {@link #breakOff} this counts behind
   * the end, too: whoever waits for {@link #taken} meets the reason.
   */
  void failed(IOException why) {
    synchronized (this) {
      if (broken == null && !finished) {
        broken = why;
        ring = null;
        filled = 0;
      }
    }
    breakOff(why);
  }

  /** Says that what was taken has been worked off, to the end. */
  synchronized void taken() {
    finished = true;
    notifyAll();
  }

  /** Waits for {@link #taken}. */
  synchronized void awaitTaken() throws IOException, InterruptedException {
    while (!finished && broken == null) {
      wait();
    }
    if (!finished) {
      requireWhole();
    }
  }

  private void requireWhole() throws IOException {
    if (broken != null) {
      throw new IOException(broken.getMessage(), broken);
    }
  }

  private int moveTo(ByteBuffer into) {
    int moved = Math.min(filled, into.remaining());
    for (int left = moved; left > 0; ) {
      int part = Math.min(left, ring.length - head);
      into.put(ring, head, part);
      head = (head + part) % ring.length;
      left -= part;
    }
    filled -= moved;
    return moved;
  }

  private void moveFrom(ByteBuffer from) {
    int more = Math.min(capacity - filled, from.remaining());
    requireLength(filled + more);
    for (int left = more; left > 0; ) {
      int tail = (head + filled) % ring.length;
      int part = Math.min(left, ring.length - tail);
      from.get(ring, tail, part);
      filled += part;
      left -= part;
    }
  }

  private void requireLength(int needed) {
    int length = ring == null ? 0 : ring.length;
    if (needed <= length) {
      return;
    }
    byte[] larger = new byte[Math.min(capacity, Math.max(needed, 2 * length))];
    int held = moveTo(ByteBuffer.wrap(larger));
    ring = larger;
    head = 0;
    filled = held;
  }

  private Runnable readable() {
    notifyAll();
    boolean call = wantsToRead;
    wantsToRead = false;
    return call ? whenReadable : null;
  }

  private Runnable writable() {
    notifyAll();
    boolean call = wantsToWrite;
    wantsToWrite = false;
    return call ? whenWritable : null;
  }

  private static void run(Runnable callback) {
    if (callback != null) {
      callback.run();
    }
  }
}
