package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;

/** The kinds of frames on a data connection, with the number that stands for each on the wire. */
public enum FrameType {
  /** Dialer to listener, in clear: magic, version, lookup tag, nonce. */
  HELLO(0x01, 53),
  /** Listener to dialer: version, nonce, and the proof that it knows the secret. */
  CHALLENGE(0x02, 65),
  /** Dialer to listener, sealed: what is to be moved, and how. */
  OPEN(0x03, FrameHeader.TAG_BYTES),
  /** Listener to dialer, sealed: go on. */
  ACCEPTED(0x04, FrameHeader.TAG_BYTES),
  /** Listener to dialer: in clear instead of a challenge, sealed instead of an acceptance. */
  REFUSED(0x05, 2),
  /** Transmitter to receiver, sealed: a part of the object, not the last and not empty. */
  DATA(0x10, FrameHeader.TAG_BYTES + 1),
  /** Transmitter to receiver, sealed: the last part of the object, perhaps empty. */
  LAST(0x11, FrameHeader.TAG_BYTES),
  /**
   * Transmitter to receiver at the level AUTHENTICATION: a part of the object in clear, then its
   * CRC32C.
   */
  CLEAR(0x13, ClearSegment.CRC_BYTES + 1),
  /** Transmitter to receiver, sealed: the object will not be completed, and why. */
  ABORT(0x12, FrameHeader.TAG_BYTES),
  /** Receiver to transmitter, sealed: how the transfer ended. */
  RECEIPT(0x20, FrameHeader.TAG_BYTES);

  private final int number;
  private final int minPayloadBytes;

  FrameType(int number, int minPayloadBytes) {
    this.number = number;
    this.minPayloadBytes = minPayloadBytes;
  }

  int number() {
    return number;
  }

  int minPayloadBytes() {
    return minPayloadBytes;
  }

  boolean isSegment() {
    return this == DATA || this == LAST || this == CLEAR;
  }

  static FrameType of(int number) throws TransferException {
    return switch (number) {
      case 0x01 -> HELLO;
      case 0x02 -> CHALLENGE;
      case 0x03 -> OPEN;
      case 0x04 -> ACCEPTED;
      case 0x05 -> REFUSED;
      case 0x10 -> DATA;
      case 0x11 -> LAST;
      case 0x12 -> ABORT;
      case 0x13 -> CLEAR;
      case 0x20 -> RECEIPT;
      default ->
          throw new TransferException(
              Code.PROTOCOL, "no frame has type 0x" + Integer.toHexString(number));
    };
  }
}
