package dev.outband.security;

import dev.outband.api.TransferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What RMI reads from one accepted connection. Refuses what a deserialization filter is asked about
 * too late, or not at all:
 *
 * <ul>
 *   <li>calls of RMI's own objects, but for the registry's look-up and listing, before anything of
 *       their arguments is read: see {@link CallBeginning};
 *   <li>class descriptors in one another, as each may stand where RMI expects the place to load
 *       another one's class from: they would use up the thread's stack.
 * </ul>
 *
 * <p>After a call was refused, be it here, by a limit or by a filter, there is nothing more to
 * read: RMI answers and would take the rest of the call for the next one.
 *
 * <p>Supports marks, because RMI would otherwise put a buffer of its own in between, and what is
 * read here would not be what RMI reads. If it does so all the same, every call is refused. Read by
 * the connection's thread alone.
 */
final class CallInput extends BufferedInputStream {
  private static final Logger LOG = LoggerFactory.getLogger(SerialFilters.class);
  private static final ThreadLocal<CallInput> CURRENT = new ThreadLocal<>();
  private static final StackWalker STACK = StackWalker.getInstance();

  /** A filter admits graphs 32 deep; they take a third of that. */
  private static final int MAX_FRAMES = 1_000;

  /** Each descriptor begins with such a byte. Counted in one message: in one, they grow deep. */
  private static final int SINGLE_BYTES_BETWEEN_LOOKS = 256;

  /**
   * What is read at once. RMI does not answer if reading the first bytes of a call fails: with
   * them, and with what came unanswered before them, no more may be read than is free.
   */
  private static final int BUFFER_BYTES = CallBytes.FREE_BYTES / 2;

  private final MeteredStreams streams;
  private final CallBeginning beginning = new CallBeginning();
  private int singleBytes;
  private volatile boolean isRefused;
  private volatile boolean isBegun;

  CallInput(MeteredStreams streams) {
    super(streams.input(), BUFFER_BYTES);
    this.streams = streams;
  }

  /** This thread serves that connection from now on; null for none. */
  static void serve(CallInput input) {
    if (input == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(input);
    }
  }

  /**
   * RMI is about to read a call on this thread.
   *
   * @return false if it does not do so from an accepted connection
   */
  static boolean expectCall() {
    CallInput input = CURRENT.get();
    if (input != null) {
      input.beginning.expect();
    }
    return input != null;
  }

  /**
   * The call that this thread is reading, if any, takes so many bytes of memory.
   *
   * @throws UncheckedIOException if the server's limits do not have them
   */
  static void hold(long bytes) {
    CallInput input = CURRENT.get();
    if (input == null) {
      return;
    }
    try {
      input.requireGood();
      input.streams.hold(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), input.told(e));
    }
  }

  /** Whether this thread serves an accepted connection. */
  static boolean isServed() {
    return CURRENT.get() != null;
  }

  /** Those of the connection that this thread serves. */
  static MeteredStreams streams() {
    CallInput input = CURRENT.get();
    if (input == null) {
      throw new IllegalStateException("this thread serves no call");
    }
    return input.streams;
  }

  /** The call that this thread is reading, if any, is refused, and who has done that told why. */
  static void refuse() {
    CallInput input = CURRENT.get();
    if (input != null) {
      input.isRefused = true;
    }
  }

  /** Whether the peer may have more to send of a call that will not be read. */
  boolean isUnread() {
    return isRefused || isBegun && !streams.takeWritten();
  }

  /** How long the call that came last may still take to come; nothing or less if it is late. */
  Duration timeLeft() {
    return streams.messageLeft();
  }

  @Override
  public synchronized int read() throws IOException {
    requireGood();
    boolean isFirst = streams.takeWritten();
    if (isFirst) {
      isBegun = false;
    }
    int value = readByte();
    if (isFirst) {
      RmiMessage.CALL.beginsWith(value);
      singleBytes = 0;
    }
    if (value >= 0 && beginning.isExpected()) {
      judge(ByteBuffer.wrap(new byte[] {(byte) value}));
    }
    if (++singleBytes == SINGLE_BYTES_BETWEEN_LOOKS) {
      singleBytes = 0;
      requireShallow();
    }
    return value;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    requireGood();
    // RMI reads the first byte of a message alone, so this is none; nor may the next one be.
    streams.takeWritten();
    int count = readBytes(bytes, offset, length);
    if (count > 0 && beginning.isExpected()) {
      judge(ByteBuffer.wrap(bytes, offset, count));
    }
    return count;
  }

  private int readByte() throws IOException {
    try {
      int value = super.read();
      isBegun = value >= 0;
      return value;
    } catch (IOException e) {
      throw told(e);
    }
  }

  private int readBytes(byte[] bytes, int offset, int length) throws IOException {
    try {
      int count = super.read(bytes, offset, length);
      isBegun = count >= 0;
      return count;
    } catch (IOException e) {
      throw told(e);
    }
  }

  /** A limit is told of once, and refuses the call. */
  private IOException told(IOException failure) {
    if (!isRefused && failure.getCause() instanceof TransferException exceeded) {
      isRefused = true;
      LOG.warn("call refused: {}, caller={}", exceeded.getMessage(), Caller.current());
      AuditLine.denyCaller("call", exceeded.getMessage());
    }
    return failure;
  }

  private void judge(ByteBuffer read) throws IOException {
    beginning.take(read);
    String complaint = beginning.complaint();
    if (complaint != null) {
      if (beginning.isLease()) {
        LOG.debug("lease refused, caller={}", Caller.current());
      } else {
        LOG.warn("call refused: {}, caller={}", complaint, Caller.current());
        AuditLine.denyCaller("call", complaint);
      }
      throw refused(complaint);
    }
  }

  private void requireShallow() throws IOException {
    if (STACK.walk(frames -> frames.skip(MAX_FRAMES).findFirst().isPresent())) {
      String complaint = "classes are described in one another";
      LOG.warn("argument refused: {}, caller={}", complaint, Caller.current());
      AuditLine.denyCaller("argument", complaint);
      throw refused(complaint);
    }
  }

  private IOException refused(String complaint) {
    isRefused = true;
    return new IOException(complaint);
  }

  private void requireGood() throws IOException {
    if (isRefused) {
      throw new IOException("a call was refused");
    }
  }
}
