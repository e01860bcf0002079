package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Protection;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Stripe;
import java.util.List;

/**
 * What a ticket asks for, checked at both ends: by the transmitter before it dials, and by the
 * receiver in OPEN, which believes no transmitter.
 */
final class Tickets {

  /** A shorter object comes whole, whatever the ticket allows. */
  static final int MIN_STRIPED_BYTES = 1 << 20;

  /** From here on a transmitter that may use several streams of a stub does, if it has cores. */
  static final int SPREAD_FROM_BYTES = 16 << 20;

  private Tickets() {}

  /** Refuses a source that cannot serve the ticket. The source is open. */
  static void require(Ticket ticket, Source source) throws TransferException {
    if (!ticket.contentTag().isEmpty()) {
      requireResumable(ticket, source);
    }
    int streams = streams(ticket, source);
    if (streams == 1 && ticket.stream() > 0) {
      throw new TransferException(
          Code.NOT_RESUMABLE, "the source cannot be sent in stripes", ticket.id(), null);
    }
    long length = source.length();
    if (length != Confirmation.UNKNOWN_LENGTH
        && (length > ticket.byteLimit()
            || Stripe.of(length, ticket.stream(), streams).bytes() < ticket.offset())) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes must be " + ticket.offset() + ".." + ticket.byteLimit() + ", not " + length,
          ticket.id(),
          null);
    }
  }

  /**
   * Refuses a source that cannot serve the ticket, or of which more than so many bytes would have
   * to be sent. The source is open.
   *
   * @return the ticket, for no more than so many bytes if the length is not known
   */
  static Ticket require(Ticket ticket, Source source, long most) throws TransferException {
    require(ticket, source);
    if (source.length() == Confirmation.UNKNOWN_LENGTH) {
      long end = ticket.offset() + Math.min(most, Long.MAX_VALUE - ticket.offset());
      return ticket.narrowed(ticket.floor(), Math.min(ticket.byteLimit(), end));
    }
    requireAtMost(most, toSend(ticket, source), ticket);
    return ticket;
  }

  /** The same for several streams of one object. */
  static void require(List<Ticket> tickets, Source source, long most) throws TransferException {
    long toSend = 0;
    for (Ticket ticket : tickets) {
      require(ticket, source);
      toSend += toSend(ticket, source);
    }
    requireAtMost(most, toSend, tickets.get(0));
  }

  private static long toSend(Ticket ticket, Source source) {
    int streams = streams(ticket, source);
    return Stripe.of(source.length(), ticket.stream(), streams).bytes() - ticket.offset();
  }

  private static void requireAtMost(long most, long toSend, Ticket ticket)
      throws TransferException {
    if (toSend > most) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes to be sent must be at most " + most + ", not " + toSend,
          ticket.id(),
          null);
    }
  }

  /** How many streams carry the object; the source is open. */
  static int streams(Ticket ticket, Source source) {
    return source.length() >= MIN_STRIPED_BYTES && source.hasStripes() ? ticket.streams() : 1;
  }

  private static void requireResumable(Ticket ticket, Source source) throws TransferException {
    if (!source.isRepeatable()) {
      throw new TransferException(
          Code.NOT_RESUMABLE, "the source cannot be read from the middle", ticket.id(), null);
    }
    if (source.contentTag().isEmpty()) {
      throw new TransferException(
          Code.NOT_RESUMABLE, "the source cannot tell which content it has", ticket.id(), null);
    }
    requireContent(ticket, source.contentTag());
  }

  /** Refuses what a dialer asks for if it does not fit the ticket. */
  static void require(Ticket ticket, OpenRequest request, Protection ownFloor)
      throws TransferException {
    if (request.direction() != ticket.direction()) {
      throw new TransferException(
          Code.FORBIDDEN,
          "the ticket is for " + ticket.direction() + ", not " + request.direction());
    }
    Floors.require(request.protection(), ticket.floor(), ownFloor);
    if (request.bytes() > ticket.byteLimit()) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes must be at most " + ticket.byteLimit() + ", not " + request.bytes());
    }
    boolean mayBeWhole = ticket.streams() == 1 || ticket.contentTag().isEmpty();
    boolean isWhole = request.streams() == 1 && ticket.stream() == 0 && mayBeWhole;
    boolean isStripe = request.streams() == ticket.streams() && request.stream() == ticket.stream();
    if (request.offset() != ticket.offset() || !isWhole && !isStripe) {
      throw new TransferException(Code.PROTOCOL, "offset and streams must be as in the ticket");
    }
    if (!ticket.contentTag().isEmpty()) {
      requireContent(ticket, request.contentTag());
    }
  }

  private static void requireContent(Ticket ticket, String contentTag) throws TransferException {
    if (!ticket.contentTag().equals(contentTag)) {
      throw new TransferException(
          Code.CONTENT_CHANGED,
          "the source has another content than the receiver holds " + ticket.offset() + " bytes of",
          ticket.id(),
          null);
    }
  }
}
