package dev.outband.api;

/** How the bytes of a transfer travelled; the words are FTP's. */
public enum Mode {
  /** Beside RMI, over a data connection that the transmitter opened to the receiver's data port. */
  ACTIVE,

  /** In the confirmation itself, so inside the call's reply and its TLS: for short objects. */
  INBAND
}
