package dev.outband.benchmarks;

import java.io.Closeable;

/**
 * One way of moving a file from one JVM to another: what the benchmark compares. A peer is one
 * class that implements this, and a line in {@link Contenders}.
 *
 * <p>The sending JVM calls {@link #send} and the receiving JVM {@link #receive}; what {@code send}
 * had to say about where it listens, {@code receive} is told. Both ends then live over all rounds,
 * with whatever connection the peer keeps open.
 */
interface Contender {

  /** The name in tables and on the command line: lower case, words joined by hyphens. */
  String name();

  /** One line on how the peer is set up: buffers, cipher, calls. */
  String description();

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
   * @param workplace where received bytes go
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
     * Fetches the whole file of this length and disposes of its bytes as the workplace says. Blocks
     * until the last byte is disposed of; this is what is timed.
     *
     * @param bytes the length of the file to fetch
     * @return how many bytes came
     * @throws Exception if fewer can be had
     */
    long fetch(long bytes) throws Exception;
  }
}
