package dev.outband.transport.wire;

import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.util.HexFormat;
import java.util.Map;

/**
 * What a dialer and transmitter hears. The first byte says from whom: 0 to 127 from anybody, whose
 * frame is the rest; else from a listener that knows the ticket, and then come the plaintexts of
 * ACCEPTED or, with an odd number, of REFUSED, and of RECEIPT.
 */
public final class DialerTarget {
  private static final int FROM_TICKET_HOLDER = 128;
  private static final Bounds BOUNDS = Bounds.of(DialerTarget::decode, TransferException.class);
  private static final byte[] HELLO = TicketHolder.dialer().hello();
  private static final byte[] CHALLENGE =
      TicketHolder.listener(HELLO, HELLO.length).challenge(TicketHolder.random());

  private DialerTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) throws TransferException {
    Input input = new Input(bytes);
    DialerOpening dialer = TicketHolder.dialer();
    int from = input.number();
    if (from < FROM_TICKET_HOLDER) {
      byte[] frame = input.rest();
      if (frame.length >= FrameHeader.BYTES) {
        dialer.open(frame, frame.length, TicketHolder.REQUEST);
      }
      return;
    }
    byte[] open = dialer.open(CHALLENGE, CHALLENGE.length, TicketHolder.REQUEST);
    byte[] plain = input.block();
    byte[] answer =
        from % 2 == 0
            ? TicketHolder.accepted(HELLO, CHALLENGE, plain)
            : TicketHolder.refused(HELLO, CHALLENGE, plain);
    Opened opened = dialer.accepted(answer, answer.length);
    byte[][] opening = {HELLO, CHALLENGE, open, answer};
    byte[] receipt = TicketHolder.receipt(opening, input.rest());
    opened.keys().openReceipt(receipt, receipt.length);
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    TransferException why =
        new TransferException(dev.outband.api.Code.NO_SPACE, "the disk is full");
    byte[] accepted = TicketHolder.ACCEPTANCE.encode();
    String digest = HexFormat.of().formatHex(new byte[32]);
    return Map.of(
        "challenge", new Script().number(0).rest(CHALLENGE).bytes(),
        "refused-in-clear", new Script().rest(ListenerOpening.refuseInClear(why.code())).bytes(),
        "refused",
            new Script()
                .number(FROM_TICKET_HOLDER + 1)
                .block(WireCodes.encode(why.code(), why.getMessage()))
                .bytes(),
        "receipt",
            new Script()
                .number(FROM_TICKET_HOLDER)
                .block(accepted)
                .rest(new Outcome(100_000, digest, null).encode())
                .bytes(),
        "receipt-of-failure",
            new Script()
                .number(FROM_TICKET_HOLDER)
                .block(accepted)
                .rest(new Outcome(5, digest, why).encode())
                .bytes());
  }
}
