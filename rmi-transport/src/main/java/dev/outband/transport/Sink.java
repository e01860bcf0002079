package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where a receiver puts bytes. Made by the factories of this type; a sink serves one transfer. */
public abstract sealed class Sink permits FileSink, BytesSink, DiscardSink {

  Sink() {}

  /**
   * A file: written under a temporary name in the same folder, forced to disk and atomically moved when every byte has
   * been verified. Nobody ever sees a part of it under its final name.
   *
   * @param path the final name; an existing file is replaced
   * @return the sink
   */
  public static Sink file(Path path) {
    return file(FileDestination.at(path));
  }

  /**
   * A file of your own making.
   *
   * @param destination makes, publishes and discards it
   * @return the sink
   */
  public static Sink file(FileDestination destination) {
    return new FileSink(destination);
  }

  /**
   * Memory. Take the bytes from {@link BytesSink#toByteArray()} when there is a receipt.
   *
   * @param limit the most bytes that it takes, 0 or more; more ends the transfer with
   *     {@link dev.outband.api.Code#LIMIT_EXCEEDED}
   * @return the sink
   */
  public static BytesSink bytes(int limit) {
    return new BytesSink(limit);
  }

  /**
   * Nowhere: bytes are verified and dropped, to measure or to test.
   *
   * @return the sink
   */
  public static Sink discard() {
    return new DiscardSink();
  }

  /** The most bytes that it takes. */
  long limit() {
    return Long.MAX_VALUE;
  }

  /** Readies it. Runs on a disk thread, may block. */
  abstract void open() throws IOException;

  /**
   * Takes verified bytes. Runs on an event loop.
   *
   * @param through a direct buffer of at least {@code count} bytes to use on the way
   */
  abstract void write(byte[] bytes, int count, ByteBuffer through) throws IOException;

  /** Makes the bytes its own, for good. Runs on a disk thread, may block. */
  abstract void commit() throws IOException;

  /** Drops whatever it has; idempotent, and harmless before {@link #open} and after {@link #commit}. May block. */
  abstract void drop() throws IOException;
}
