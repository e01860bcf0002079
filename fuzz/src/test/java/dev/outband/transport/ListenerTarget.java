package dev.outband.transport;

import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.LookupTag;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.TicketHolder;
import java.util.Map;
import java.util.UUID;

/**
 * What a listener hears until it has accepted. The first byte says from whom: 0 to 127 from
 * anybody, and all frames come as they are; else from a dialer that knows the ticket, and then
 * comes the plaintext of OPEN, for a ticket of which the number says more.
 */
public final class ListenerTarget {
  private static final int FROM_TICKET_HOLDER = 128;
  private static final Bounds BOUNDS = Bounds.of(ListenerTarget::decode, TransferException.class);
  private static final LookupTag TAG = LookupTag.of(TicketHolder.SECRET);
  private static final byte[] HELLO = TicketHolder.dialer().hello();
  private static final byte[] CHALLENGE =
      TicketHolder.listener(HELLO, HELLO.length).challenge(TicketHolder.random());

  private ListenerTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) throws TransferException {
    Input input = new Input(bytes);
    int from = input.number();
    Listener listener = new Listener(ticket(from));
    if (from < FROM_TICKET_HOLDER) {
      listener.hear(input.rest());
    } else {
      listener.hear(HELLO);
      listener.hear(TicketHolder.open(HELLO, CHALLENGE, input.rest()));
    }
  }

  /** One of four: whole or a stripe, from the beginning or resumed, of any floor. */
  private static Ticket ticket(int number) {
    boolean isStripe = (number & 1) != 0;
    boolean isResumed = (number & 2) != 0;
    return new Ticket(
        new UUID(3, 4),
        TicketHolder.SECRET,
        Direction.TO_LISTENER,
        Protection.AUTHENTICATION,
        1L << 40,
        isResumed ? 1000 : 0,
        isResumed ? "tag" : "",
        isStripe ? 1 : 0,
        isStripe ? 3 : 1);
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() throws TransferException {
    DialerOpening dialer = TicketHolder.dialer();
    byte[] open = dialer.open(CHALLENGE, CHALLENGE.length, TicketHolder.REQUEST);
    return Map.of(
        "hello", new Script().number(0).rest(HELLO).bytes(),
        "hello-open", new Script().number(0).rest(HELLO).rest(open).bytes(),
        "open", sealed(FROM_TICKET_HOLDER, TicketHolder.REQUEST),
        "open-of-stripe", sealed(FROM_TICKET_HOLDER + 1, request(1 << 24, 0, 1, 3, "")),
        "open-resumed", sealed(FROM_TICKET_HOLDER + 2, request(1 << 24, 1000, 0, 1, "tag")),
        "open-of-unknown-length", sealed(FROM_TICKET_HOLDER, request(-1, 0, 0, 1, "")));
  }

  private static OpenRequest request(long bytes, long offset, int stream, int streams, String tag) {
    return new OpenRequest(
        Protection.AUTHENTICATION,
        Direction.TO_LISTENER,
        bytes,
        offset,
        stream,
        streams,
        new UUID(5, 6),
        FrameHeader.MIN_SEGMENT_BYTES,
        tag);
  }

  private static byte[] sealed(int number, OpenRequest request) {
    return new Script().number(number).rest(TicketHolder.plain(request)).bytes();
  }

  /** What a listener's session does with its frames. */
  private static final class Listener extends Peer {
    private final Ticket ticket;
    private ListenerOpening opening;

    Listener(Ticket ticket) {
      this.ticket = ticket;
    }

    @Override
    public void received(byte[] frame, int frameBytes) throws TransferException {
      if (opening == null) {
        if (ListenerOpening.lookup(frame, frameBytes).equals(TAG)) {
          opening = TicketHolder.listener(frame, frameBytes);
          opening.challenge(TicketHolder.random());
        }
        return;
      }
      OpenRequest request = opening.request(frame, frameBytes);
      Tickets.require(ticket, request, Protection.AUTHENTICATION);
      long left = request.stripe().bytes() - request.offset();
      if (request.bytes() >= 0 && (left < 0 || left > request.bytes())) {
        throw new IllegalStateException("a stripe must be a part of the object: " + request);
      }
      opening.accept(new Acceptance(request.offset(), request.segmentBytes()));
      opening = null;
    }
  }
}
