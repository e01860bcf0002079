package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads and seals a connection's next segments on an event loop that has nothing else to do, while
 * the connection's own loop writes the ones before: one transfer gets two cores.
 *
 * <p>One task at a time uses the feed, so no two segments ever get the same number. The helping
 * loop steps aside as soon as it has work of its own; what it has sealed until then is sent, and
 * the owner goes on by itself.
 *
 * <p>All methods are the owner's loop's but for what is said.
 */
final class SealAhead {

  /** How many frames may be ahead. */
  private static final int DEPTH = 4;

  private final EventLoop owner;
  private final EventLoop helper;
  private final SegmentFeed feed;
  private final Runnable whenReady;
  private final List<Frame> all = new ArrayList<>(DEPTH);
  private final ArrayBlockingQueue<Frame> free = new ArrayBlockingQueue<>(DEPTH);
  private final ArrayBlockingQueue<Frame> ready = new ArrayBlockingQueue<>(DEPTH);
  private final AtomicBoolean sealing = new AtomicBoolean();
  private final AtomicBoolean hungry = new AtomicBoolean();
  private volatile boolean over;
  private volatile TransferException failure;
  private volatile Runnable whenIdle;

  /** One sealed frame, up to where in the object it goes, and whether that is the end. */
  static final class Frame {
    final ByteBuffer bytes;
    long position;
    boolean last;

    Frame(ByteBuffer bytes) {
      this.bytes = bytes;
    }
  }

  private SealAhead(EventLoop owner, EventLoop helper, SegmentFeed feed, Runnable whenReady) {
    this.owner = owner;
    this.helper = helper;
    this.feed = feed;
    this.whenReady = whenReady;
    for (int i = 0; i < DEPTH; i++) {
      all.add(new Frame(owner.scratch().borrowOutbound()));
    }
    free.addAll(all);
  }

  /**
   * Starts to seal ahead.
   *
   * @param helper has promised to help, see {@link EventLoop#tryHelp()}
   * @param whenReady run on the owner when a {@link #poll} that found nothing may be repeated
   */
  static SealAhead start(EventLoop owner, EventLoop helper, SegmentFeed feed, Runnable whenReady) {
    SealAhead ahead = new SealAhead(owner, helper, feed, whenReady);
    ahead.seal();
    return ahead;
  }

  /** The next frame, to be given back; null if there is none yet, or none any more. */
  Frame poll() throws TransferException {
    Frame frame = ready.poll();
    if (frame == null) {
      hungry.set(true);
      frame = ready.poll();
    }
    if (frame == null && over && failure != null) {
      throw failure;
    }
    return frame;
  }

  void giveBack(Frame frame) {
    frame.bytes.clear();
    free.add(frame);
    if (free.size() >= DEPTH / 2) {
      seal();
    }
  }

  /** Seals nothing more; what is sealed is still there to be taken. */
  void stepAside() {
    over = true;
  }

  /** Whether every frame that was sealed ahead has been taken and no other comes. */
  boolean isOver() {
    return over && !sealing.get() && ready.isEmpty();
  }

  /**
   * Stops, and when no thread uses the feed any more runs {@code then} on the owner's loop, perhaps
   * at once. The buffers are given back before that.
   */
  void stop(Runnable then) {
    over = true;
    whenIdle = then;
    if (sealing.compareAndSet(false, true)) {
      idle();
    }
  }

  private void idle() {
    Runnable then = whenIdle;
    whenIdle = null;
    if (then != null) {
      all.forEach(frame -> owner.scratch().giveBackOutbound(frame.bytes));
      helper.busier(-1);
      then.run();
    }
  }

  private void seal() {
    if (!over && sealing.compareAndSet(false, true)) {
      helper.execute(this::sealSome);
    }
  }

  /** Runs on the helper's loop. */
  private void sealSome() {
    try {
      for (Frame frame = next(); frame != null; frame = next()) {
        feed.next(feed.wanted(), helper.scratch(), frame.bytes);
        frame.position = feed.position();
        frame.last = feed.ended();
        over = over || frame.last;
        ready.add(frame);
        wakeOwner();
      }
    } catch (TransferException e) {
      failed(e);
    } catch (RuntimeException | Error e) {
      failed(new TransferException(Code.INTERNAL, "a fault in the transmitter", e));
    }
    sealing.set(false);
    if (whenIdle != null && sealing.compareAndSet(false, true)) {
      owner.execute(this::idle);
    } else if (over) {
      wakeOwner();
    } else if (free.size() >= DEPTH / 2) {
      seal();
    }
  }

  private Frame next() {
    if (helper.isNeeded()) {
      over = true;
    }
    return over ? null : free.poll();
  }

  private void failed(TransferException why) {
    failure = why;
    over = true;
  }

  private void wakeOwner() {
    if (hungry.compareAndSet(true, false)) {
      owner.execute(whenReady);
    }
  }
}
