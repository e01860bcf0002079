package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One stream's hold of a source from which several read. It is closed when the last lets it go. */
final class StripedSource extends Source {

  private final Shared shared;
  private boolean closed;

  private StripedSource(Shared shared) {
    this.shared = shared;
  }

  /** So many holds of a source that is not open yet. */
  static List<Source> of(Source source, int streams) {
    return of(new Shared(source, streams, false), streams);
  }

  /** So many holds of a source that is open. */
  static List<Source> ofOpen(Source source, int streams) {
    return of(new Shared(source, streams, true), streams);
  }

  private static List<Source> of(Shared shared, int streams) {
    List<Source> holds = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      holds.add(new StripedSource(shared));
    }
    return holds;
  }

  /** The source, and how many hold it. */
  private static final class Shared {
    private final Source source;
    private int holds;
    private boolean open;

    Shared(Source source, int holds, boolean open) {
      this.source = source;
      this.holds = holds;
      this.open = open;
    }

    synchronized void open(BlockingThreads threads) throws TransferException {
      if (!open) {
        source.open(threads);
        open = true;
      }
    }

    synchronized void release() {
      holds--;
      if (holds == 0) {
        source.close();
      }
    }
  }

  @Override
  void open(BlockingThreads threads) throws TransferException {
    shared.open(threads);
  }

  @Override
  long length() {
    return shared.source.length();
  }

  @Override
  String contentTag() {
    return shared.source.contentTag();
  }

  @Override
  int read(long position, ByteBuffer into) throws IOException {
    return shared.source.read(position, into);
  }

  @Override
  void onReady(Runnable wake) {
    shared.source.onReady(wake);
  }

  @Override
  boolean isRepeatable() {
    return shared.source.isRepeatable();
  }

  /** All read the one source, so it needs no name. */
  @Override
  boolean hasStripes() {
    return isDivisible(shared.source);
  }

  /** Whether several can read an open source, each a part of it. */
  static boolean isDivisible(Source source) {
    return source.isRepeatable() && source.length() != Confirmation.UNKNOWN_LENGTH;
  }

  @Override
  public void close() {
    boolean first;
    synchronized (this) {
      first = !closed;
      closed = true;
    }
    if (first) {
      shared.release();
    }
  }
}
