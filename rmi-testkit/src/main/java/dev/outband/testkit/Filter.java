package dev.outband.testkit;

import java.io.IOException;

/** What becomes of the bytes of one direction of one connection. Used by one thread. */
interface Filter {

  /**
   * Takes bytes in the order in which they came.
   *
   * @param bytes may be changed; good until this method returns
   */
  void take(byte[] bytes, int count, Outlet outlet) throws IOException;

  /** When something that is held back must pass, by the system's clock; never by default. */
  default long dueNs() {
    return Long.MAX_VALUE;
  }

  /** Lets go of what must pass by now. */
  default void passDue(Outlet outlet) throws IOException {}

  /** The sender has ended its direction in good order: lets go of what is held back. */
  default void end(Outlet outlet) throws IOException {}

  /** Where a filter lets bytes out, and what else it can do to the connection. */
  interface Outlet {

    void write(byte[] bytes, int from, int count) throws IOException;

    /** Cuts the connection; always throws, to end the direction. */
    void cut(CutBy how) throws IOException;

    /** Waits for a time by the system's clock; throws if the connection is over before that. */
    void pauseUntil(long timeNs) throws IOException;

    /** Reads no more. Returns never: throws when the connection is over. */
    void stall() throws IOException;
  }
}
