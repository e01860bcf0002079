package dev.outband.fuzz.jrmp;

/**
 * Bytes to send.
 *
 * @param name what they are, for reports
 * @param kind where they begin and what follows
 * @param bytes the bytes; not to be changed
 */
record Stream(String name, Kind kind, byte[] bytes) {
  /** Where a stream begins and what follows it. */
  enum Kind {
    /** One operation of a connection on which others follow. */
    MESSAGE,
    /** One operation, after which the connection ends. */
    LAST_MESSAGE,
    /** All of a connection, from the first byte inside TLS on. */
    CONNECTION
  }

  static Stream message(String name, byte[] bytes) {
    return new Stream(name, Kind.MESSAGE, bytes);
  }

  static Stream connection(String name, byte[] bytes) {
    return new Stream(name, Kind.CONNECTION, bytes);
  }
}
