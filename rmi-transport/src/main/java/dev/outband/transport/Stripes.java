package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

/**
 * What the stripes of one object have in common at the receiver: the sink, and what the object is.
 * The first that is announced says that; the others must be of the same. The sink is committed with
 * the last stripe, and dropped when all have ended without that.
 */
final class Stripes {

  private final Sink sink;
  private final int streams;
  private final CompletableFuture<Integer> carrying = new CompletableFuture<>();

  /** Guarded by this; null until a stripe is announced. */
  private OpenRequest object;

  /** Held while the sink works, which may take a while, and for what follows. */
  private final Object work = new Object();

  private final BitSet ended = new BitSet();

  private final BitSet complete = new BitSet();
  private boolean open;
  private boolean dirty;
  private boolean committed;

  /** Those behind the first come to be only if that one announces that there are several. */
  private final boolean areJoined;

  /** With {@code open} others before have opened the sink, and put something into it. */
  Stripes(Sink sink, int streams, boolean open) {
    this(sink, streams, open, false);
  }

  private Stripes(Sink sink, int streams, boolean open, boolean areJoined) {
    this.sink = sink;
    this.streams = streams;
    this.open = open;
    this.dirty = open;
    this.areJoined = areJoined;
  }

  /** Of streams that come to be only if the first one announces that there are several. */
  static Stripes joined(Sink sink, int streams, boolean open) {
    return new Stripes(sink, streams, open, true);
  }

  /** For a sink that nobody has opened; checks both. */
  static Stripes of(Sink sink, int streams) {
    if (streams < 1 || streams > Ticket.MAX_STREAMS) {
      throw new IllegalArgumentException(
          "streams must be 1.." + Ticket.MAX_STREAMS + ", not " + streams);
    }
    if (!sink.takesStripes()) {
      throw new IllegalArgumentException(
          "the sink takes bytes in their order only, so it cannot be filled by several streams");
    }
    return new Stripes(sink, streams, false);
  }

  int streams() {
    return streams;
  }

  Sink sink() {
    return sink;
  }

  /** How many streams carry the object, once that is known: all of them, or the first alone. */
  CompletableFuture<Integer> carrying() {
    return carrying;
  }

  boolean isOpen() {
    synchronized (work) {
      return open;
    }
  }

  boolean isCommitted() {
    synchronized (work) {
      return committed;
    }
  }

  /** Whether several streams carry the object, as far as is known. */
  boolean areSeveral() {
    return carrying.getNow(1) > 1;
  }

  /** The length of the object, as far as it is known. */
  synchronized long objectBytes() {
    return object == null ? Confirmation.UNKNOWN_LENGTH : object.bytes();
  }

  /** What a stripe's first reception has: nothing, of the content that the others are of. */
  synchronized Held held() {
    return object == null ? Held.NOTHING : new Held(0, object.contentTag());
  }

  void announced(OpenRequest request) {
    synchronized (this) {
      if (object == null) {
        object = request;
        sink.announced(request);
      }
    }
    carrying.complete(request.streams());
  }

  /** Opens the sink for a stripe that was announced. */
  void open(OpenRequest request, BlockingThreads threads) throws IOException, TransferException {
    requireSameObject(request);
    synchronized (work) {
      if (!open) {
        sink.open(threads);
        open = true;
      } else if (dirty && !sink.rewind(0)) {
        throw new IOException("the sink cannot start over");
      }
      dirty = false;
    }
  }

  /** Refuses a stripe of another object than the first that was announced. */
  synchronized void requireSameObject(OpenRequest request) throws TransferException {
    if (request.bytes() != object.bytes()
        || request.streams() != object.streams()
        || !request.contentTag().equals(object.contentTag())) {
      throw new TransferException(
          Code.CONTENT_CHANGED, "a stripe is of another content than the others");
    }
  }

  void write(long position, ByteBuffer content, ByteBuffer through) throws IOException {
    sink.writeAt(position, content, through);
  }

  /** A stripe is complete; with the last of them, so is the object. */
  void commit(int stream) throws IOException {
    int all = carrying.join();
    synchronized (work) {
      boolean isLast = complete.cardinality() == all - 1 && !complete.get(stream);
      if (isLast) {
        sink.commit();
        committed = true;
      }
      complete.set(stream);
      end(stream);
    }
  }

  /** A stripe takes nothing any more; idempotent. */
  void end(int stream) throws IOException {
    synchronized (work) {
      if (!ended.get(stream)) {
        ended.set(stream);
        if (ended.cardinality() == existing() && !committed) {
          sink.drop();
        }
      }
    }
  }

  private int existing() {
    return areJoined && !areSeveral() ? 1 : streams;
  }
}
