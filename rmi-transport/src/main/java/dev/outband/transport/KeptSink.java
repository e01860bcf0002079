package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One reception's hold of a sink that outlives it: counts from where the reception begins, and
 * leaves the sink open when the reception drops it.
 */
final class KeptSink extends Sink {

  /** What position stands for after a write that failed. */
  private static final long UNKNOWN = -1;

  private final Sink sink;
  private final Held held;
  private OpenRequest object;
  private boolean open;
  private boolean refused;
  private long position;

  /** Lets a reception begin behind what the sink holds; it is open if another one opened it. */
  KeptSink(Sink sink, Held held, boolean open) {
    this.sink = sink;
    this.held = held;
    this.open = open;
    this.position = held.bytes();
  }

  /** Whether the sink is open. To be asked, as what follows, when the reception has ended. */
  boolean isOpen() {
    return open;
  }

  /** Whether it did not open, and will not. */
  boolean hasRefused() {
    return refused;
  }

  /** What the sink holds for another reception after this one verified so many bytes. */
  Held reached(long verified) {
    if (!open || object == null) {
      return held;
    }
    boolean resumable = !object.contentTag().isEmpty() && object.bytes() >= 0;
    long reached = held.bytes() + verified;
    boolean counts = resumable && (reached > 0 || object.streams() > 1);
    return counts ? new Held(reached, object.contentTag()) : Held.NOTHING;
  }

  /** Whether the sink has this many bytes and no more, if need be after it has gone back. */
  boolean standsAt(long bytes) throws IOException {
    return !open || position == bytes || sink.rewind(bytes);
  }

  @Override
  Held held() {
    return held;
  }

  @Override
  int stream() {
    return sink.stream();
  }

  @Override
  int streams() {
    return sink.streams();
  }

  @Override
  void announced(OpenRequest request) {
    object = request;
    sink.announced(request);
  }

  @Override
  boolean takesInband() {
    return sink.takesInband();
  }

  @Override
  Protection floor() {
    return sink.floor();
  }

  @Override
  long limit() {
    return sink.limit();
  }

  @Override
  void open(BlockingThreads threads) throws IOException, TransferException {
    if (open) {
      sink.openedAgain();
      return;
    }
    refused = true;
    sink.open(threads);
    refused = false;
    open = true;
  }

  @Override
  int room(int wanted) {
    return sink.room(wanted);
  }

  @Override
  void onRoom(Runnable wake) {
    sink.onRoom(wake);
  }

  @Override
  void write(ByteBuffer content, ByteBuffer through) throws IOException {
    long after = position + content.remaining();
    position = UNKNOWN;
    sink.write(content, through);
    position = after;
  }

  @Override
  boolean rewind(long moved) throws IOException {
    position = UNKNOWN;
    if (!sink.rewind(held.bytes() + moved)) {
      return false;
    }
    position = held.bytes() + moved;
    return true;
  }

  @Override
  void commit() throws IOException {
    sink.commit();
  }

  @Override
  void drop() {}

  @Override
  boolean mayBlock() {
    return sink.mayBlock();
  }

  @Override
  boolean commitsSlowly() {
    return sink.commitsSlowly();
  }
}
