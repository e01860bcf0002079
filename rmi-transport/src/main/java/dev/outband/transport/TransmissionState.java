package dev.outband.transport;

/**
 * Where a transmission is in its life. One that lost its connection dials again, for a short while.
 */
enum TransmissionState {
  REQUESTED,
  DIALING,
  PROVING,
  STREAMING,
  AWAITING_RECEIPT,
  COMPLETED,
  FAILED;

  boolean mayBecome(TransmissionState next) {
    return switch (this) {
      case REQUESTED -> next == DIALING || next == FAILED;
      case DIALING -> next == PROVING || next == DIALING || next == FAILED;
      case PROVING -> next == STREAMING || next == DIALING || next == FAILED;
      case STREAMING -> next == AWAITING_RECEIPT || next == DIALING || next == FAILED;
      case AWAITING_RECEIPT -> next == COMPLETED || next == DIALING || next == FAILED;
      case COMPLETED, FAILED -> false;
    };
  }

  boolean isEnd() {
    return this == COMPLETED || this == FAILED;
  }
}
