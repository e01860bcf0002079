package dev.outband.api;

/** How the bytes of a transfer travelled; the words are FTP's. */
public enum Mode {
  /** Beside RMI, over a data connection that the transmitter opened to the receiver's data port. */
  ACTIVE,

  /** With the reply to the call, inside its TLS: for short objects. */
  INBAND
}
