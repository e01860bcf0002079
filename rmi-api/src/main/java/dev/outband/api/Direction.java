package dev.outband.api;

/** Which way the bytes of a transfer go, seen from the process whose data port listens. */
public enum Direction {
  /**
   * The dialer transmits and the listener receives: every reception whose stub was passed in a
   * call.
   */
  TO_LISTENER,
  /**
   * The listener transmits and the dialer receives. No part of this version issues or accepts it.
   */
  FROM_LISTENER
}
