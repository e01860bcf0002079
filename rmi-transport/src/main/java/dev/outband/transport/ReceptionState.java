package dev.outband.transport;

import java.util.Set;

/**
 * Where a reception is in its life. One that lost its connection is advertised again, for a short
 * while.
 */
enum ReceptionState {
  ADVERTISED,
  CONNECTED,
  PROVEN,
  STREAMING,
  COMPLETED,
  ABORTED,
  EXPIRED;

  boolean mayBecome(ReceptionState next) {
    return switch (this) {
      case ADVERTISED -> Set.of(CONNECTED, ABORTED, EXPIRED).contains(next);
      case CONNECTED -> Set.of(PROVEN, ABORTED, EXPIRED).contains(next);
      case PROVEN -> Set.of(STREAMING, ABORTED, EXPIRED).contains(next);
      case STREAMING -> Set.of(COMPLETED, ADVERTISED, ABORTED, EXPIRED).contains(next);
      case COMPLETED, ABORTED, EXPIRED -> false;
    };
  }

  boolean isEnd() {
    return this == COMPLETED || this == ABORTED || this == EXPIRED;
  }
}
