package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;

/**
 * The one place where it is decided how a transfer is protected. There are two ways to send bytes,
 * in clear and sealed; a floor of {@link Protection#INTEGRITY} is served sealed, because that is
 * the faster way to have it.
 */
final class Floors {

  private Floors() {}

  /** The floor of a ticket: never below that of the process that issues it. */
  static Protection ofTicket(Protection asked, Protection own) {
    return max(asked, own);
  }

  /**
   * The level at which a transmitter sends: no better than need be, no worse than the floors of
   * both ends.
   */
  static Protection toSend(Protection ticket, Protection own) {
    Protection floor = max(ticket, own);
    return floor == Protection.INTEGRITY ? Protection.PRIVACY : floor;
  }

  /**
   * Refuses what a transmitter offers if it is below the floor of the ticket or of the process that
   * issued it.
   */
  static void require(Protection offered, Protection ticket, Protection own)
      throws TransferException {
    requireAtLeast(max(ticket, own), offered);
    if (offered == Protection.INTEGRITY) {
      throw new TransferException(
          Code.PROTOCOL, "protection must be AUTHENTICATION or PRIVACY, not INTEGRITY");
    }
  }

  /**
   * Refuses a confirmation that is below the floor of the ticket, or says another level than the
   * one at which the bytes travel.
   */
  static void requireConfirmed(Protection confirmed, Protection opened, Ticket ticket)
      throws TransferException {
    requireAtLeast(ticket.floor(), confirmed);
    if (confirmed != opened) {
      throw new TransferException(
          Code.NOT_PROVEN,
          "the confirmation says " + confirmed + ", and the bytes travel with " + opened);
    }
  }

  private static void requireAtLeast(Protection floor, Protection offered)
      throws TransferException {
    if (offered.compareTo(floor) < 0) {
      throw new TransferException(
          Code.PROTECTION_TOO_LOW, "protection must be at least " + floor + ", not " + offered);
    }
  }

  private static Protection max(Protection one, Protection other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
