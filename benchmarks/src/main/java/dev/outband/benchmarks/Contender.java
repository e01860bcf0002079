package dev.outband.benchmarks;

import java.io.Closeable;
import java.util.List;

/**
 * One way of moving a file from one JVM to another: what the benchmark compares. A peer is one
 * class that implements this, and a line in {@link Contenders}.
 *
 * <p>The sending JVM calls {@link #send} and the receiving JVM {@link #receive}; what {@code send}
 * had to say about where it listens, {@code receive} is told. Both ends then live over all rounds,
 * with whatever connection the peer keeps open.
 */
interface Contender {

  /** What the bytes of a contender have on their way, for tables and charts. */
  enum Kind {
    /** Outband's own levels. */
    OUTBAND,
    /** The network and nothing else: no security. */
    RAW,
    /** A peer with TLS 1.3 and certificates at both ends. */
    SECURED,
    /** A peer in clear. */
    CLEAR
  }

  /** The name in tables and on the command line: lower case, words joined by hyphens. */
  String name();

  /** What it belongs to. */
  Kind kind();

  /** One line on how the peer is set up: buffers, cipher, calls. */
  String description();

  /** What the peer's documentation asks to be put on the command line of both JVMs. */
  default List<String> jvmOptions() {
    return List.of();
  }

  /**
   * The most bytes that one transfer is asked to move, so that a slow peer does not make a run
   * endless. Of a longer file a shorter one is fetched in its place, and the results say so.
   */
  default long mostBytes() {
    return Long.MAX_VALUE;
  }

  /**
   * Sets up the sending end, listening on loopback. Does not block.
   *
   * @param workplace where the files to send are
   * @return the end, which answers fetches on threads of its own
   * @throws Exception if it cannot be set up
   */
  SendingEnd send(Workplace workplace) throws Exception;

  /**
   * Sets up the receiving end and connects it, where the peer connects ahead.
   *
   * @param workplace where the trust domain is
   * @param address what the sending end said
   * @return the end, used by one thread
   * @throws Exception if it cannot be set up
   */
  ReceivingEnd receive(Workplace workplace, String address) throws Exception;

  /** The end that has the file. */
  interface SendingEnd extends Closeable {

    /** Where it listens, one word without blanks, for the receiving end. */
    String address();
  }

  /** The end that wants the file. */
  interface ReceivingEnd extends Closeable {

    /**
     * Fetches the whole file of this length. Blocks until the last byte is in the drain; this is
     * what is timed.
     *
     * @param bytes the length of the file to fetch
     * @param drain where its bytes go, in order
     * @return how many bytes came
     * @throws Exception if fewer can be had
     */
    long fetch(long bytes, Drain drain) throws Exception;
  }

  /** A receiving end that can make an empty call over the control port of its transfers. */
  interface PingingEnd extends ReceivingEnd {

    /** Makes the call and waits for its answer. */
    void ping() throws Exception;

    /**
     * As {@link #fetch}, over a data connection also where the bytes would come with the answer of
     * the call.
     *
     * @param bytes the length of the file to fetch
     * @param drain where its bytes go, in order
     * @throws Exception if fewer can be had
     */
    void fetchOverData(long bytes, Drain drain) throws Exception;
  }
}
