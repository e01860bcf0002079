package dev.outband.testkit;

import static dev.outband.api.Code.CONNECTION_LOST;
import static dev.outband.api.Code.CORRUPT;
import static dev.outband.api.Code.EXPIRED;
import static dev.outband.api.Code.NOT_PROVEN;
import static dev.outband.api.Code.PROTOCOL;
import static dev.outband.api.Code.TIMEOUT;
import static dev.outband.api.Code.TRUNCATED;
import static dev.outband.api.Code.UNKNOWN_TICKET;
import static dev.outband.api.Code.UNREACHABLE;
import static dev.outband.api.Code.VERSION;

import dev.outband.api.Code;
import java.util.HashSet;
import java.util.Set;

/** The codes with which each end may fail; none means that it must have a receipt. */
record Expected(
    Set<Code> transmitter, Set<Code> receiver, boolean receiverMayComplete, boolean sameDigest) {

  private static final Set<Code> RECEIPT = Set.of();
  private static final Set<Code> LOST = Set.of(TRUNCATED, CONNECTION_LOST);
  private static final Set<Code> UNPROVEN = Set.of(EXPIRED);

  static final Expected BOTH_COMPLETE = new Expected(RECEIPT, RECEIPT);

  /**
   * The digest is that of a connection: the receiver's of the first, the transmitter's of the last.
   */
  static final Expected RECEIPT_ASKED_FOR_AGAIN = new Expected(RECEIPT, RECEIPT, false, false);

  /** Nobody has proven anything: the reception waits on until its ticket expires. */
  static final Expected CUT_BEFORE_PROOF =
      new Expected(Set.of(CONNECTION_LOST, UNREACHABLE), UNPROVEN);

  /** The dialer has proven itself and does not know that it was accepted. */
  static final Expected CUT_IN_ACCEPTED = new Expected(Set.of(CONNECTION_LOST, UNREACHABLE), LOST);

  static final Expected CUT_IN_SEGMENTS = new Expected(Set.of(CONNECTION_LOST), LOST);
  static final Expected CUT_IN_RECEIPT = new Expected(Set.of(CONNECTION_LOST), RECEIPT);

  /** The deadline of one end may cut the other one's connection before its own has passed. */
  static final Expected STALLED_BEFORE_PROOF =
      new Expected(Set.of(TIMEOUT, CONNECTION_LOST, UNREACHABLE), UNPROVEN);

  static final Expected STALLED_ACCEPTED =
      new Expected(
          Set.of(TIMEOUT, CONNECTION_LOST, UNREACHABLE),
          Set.of(TIMEOUT, TRUNCATED, CONNECTION_LOST));

  static final Expected STALLED_SEGMENTS =
      new Expected(Set.of(TIMEOUT, CONNECTION_LOST), Set.of(TIMEOUT, TRUNCATED, CONNECTION_LOST));

  static final Expected STALLED_RECEIPT = new Expected(Set.of(TIMEOUT, CONNECTION_LOST), RECEIPT);

  static final Expected CHANGED_BEFORE_PROOF =
      new Expected(
          Set.of(
              PROTOCOL, VERSION, UNKNOWN_TICKET, NOT_PROVEN, CONNECTION_LOST, UNREACHABLE, TIMEOUT),
          UNPROVEN);

  static final Expected CHANGED_ACCEPTED =
      new Expected(
          Set.of(PROTOCOL, CORRUPT, TIMEOUT, CONNECTION_LOST),
          Set.of(TRUNCATED, CONNECTION_LOST, TIMEOUT));

  static final Expected CHANGED_SEGMENTS =
      new Expected(
          Set.of(PROTOCOL, CORRUPT, TIMEOUT, CONNECTION_LOST), Set.of(PROTOCOL, CORRUPT, TIMEOUT));

  static final Expected CHANGED_RECEIPT =
      new Expected(Set.of(PROTOCOL, CORRUPT, TIMEOUT, CONNECTION_LOST), RECEIPT);

  static final Expected UNKNOWN = new Expected(Set.of(UNKNOWN_TICKET), UNPROVEN);
  static final Expected UNPROVEN_LISTENER = new Expected(Set.of(NOT_PROVEN), UNPROVEN);
  static final Expected CORRUPT_ACCEPTED = new Expected(Set.of(CORRUPT), LOST);
  static final Expected CORRUPT_SEGMENTS = new Expected(Set.of(CORRUPT), Set.of(CORRUPT));
  static final Expected CORRUPT_RECEIPT = new Expected(Set.of(CORRUPT), RECEIPT);

  /** The dialer has proven itself, and more came than it may have sent. */
  static final Expected EXTENDED_OPEN =
      new Expected(
          Set.of(PROTOCOL, CORRUPT, TIMEOUT, CONNECTION_LOST, UNREACHABLE),
          Set.of(PROTOCOL, CORRUPT, TIMEOUT));

  /** The dialer breaks off, before or after the listener has seen its proof. */
  static final Expected EXTENDED_CHALLENGE =
      new Expected(
          Set.of(PROTOCOL, CORRUPT, TIMEOUT, CONNECTION_LOST),
          Set.of(TRUNCATED, CONNECTION_LOST, TIMEOUT, EXPIRED));

  /** The transmitter breaks off, perhaps when it has sent everything already. */
  static final Expected EXTENDED_ACCEPTED =
      new Expected(CHANGED_ACCEPTED.transmitter(), CHANGED_ACCEPTED.receiver(), true, true);

  Expected(Set<Code> transmitter, Set<Code> receiver) {
    this(transmitter, receiver, false, true);
  }

  /** As one of two, where a race decides which. */
  Expected or(Expected other) {
    return new Expected(
        union(transmitter, other.transmitter),
        union(receiver, other.receiver),
        receiverMayComplete || other.receiverMayComplete,
        sameDigest && other.sameDigest);
  }

  private static Set<Code> union(Set<Code> one, Set<Code> two) {
    Set<Code> all = new HashSet<>(one);
    all.addAll(two);
    return Set.copyOf(all);
  }
}
