package dev.outband.security;

/**
 * The messages of RMI's that a stream is made for, told by their first bytes, the first that RMI
 * reads of a connection after it has written to it. It makes the stream at once: it reads nothing
 * in between and runs nobody's code. Where nothing has begun, the stack has to say whose stream it
 * is.
 */
enum RmiMessage {
  /** Comes to a server; the arguments follow. */
  CALL(0x50),

  /** Comes to a client; a result or an exception follows. */
  RETURN(0x51);

  private static final ThreadLocal<RmiMessage> BEGUN = new ThreadLocal<>();

  private final int firstByte;

  RmiMessage(int firstByte) {
    this.firstByte = firstByte;
  }

  /** Whether this is the first byte of such a message. */
  boolean is(int read) {
    return read == firstByte;
  }

  /** This thread has read the first byte of a message: perhaps of one of these. */
  void beginsWith(int read) {
    if (is(read)) {
      BEGUN.set(this);
    } else {
      forgetBegun();
    }
  }

  /** What has begun on this thread since the last question; null if nothing has. */
  static RmiMessage takeBegun() {
    RmiMessage begun = BEGUN.get();
    forgetBegun();
    return begun;
  }

  static void forgetBegun() {
    BEGUN.remove();
  }
}
