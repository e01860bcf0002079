package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import dev.outband.transport.wire.ClearSegment;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.SegmentOpener;
import dev.outband.transport.wire.TicketHolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a receiver hears after it has accepted, from a transmitter that knows the ticket. The first
 * byte says whether the object comes in clear, the second how many bytes come at once; then follow
 * steps, each a number that says what it is and a block that says what is in it.
 */
public final class SegmentsTarget {
  private static final int DATA = 0;
  private static final int LAST = 1;
  private static final int ABORT = 2;
  private static final int CLEAR = 3;
  private static final int LAST_OF_CLEAR = 4;
  private static final int AS_IT_IS = 5;
  private static final int STEPS = 6;
  private static final Bounds BOUNDS = Bounds.of(SegmentsTarget::decode, TransferException.class);
  private static final TicketHolder.Segments SEGMENTS = TicketHolder.segments();

  private SegmentsTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) throws TransferException {
    Input input = new Input(bytes);
    Receiver receiver = new Receiver(input.number() % 2 != 0);
    int atOnce = 1 + input.number();
    TicketHolder.Sealer sealer = SEGMENTS.sealer();
    try {
      while (input.hasMore()) {
        Input step = new Input(step(sealer, input.number() % STEPS, input.block()));
        while (step.hasMore()) {
          receiver.hear(step.bytes(atOnce * atOnce));
        }
      }
    } finally {
      receiver.release();
    }
  }

  private static byte[] step(TicketHolder.Sealer sealer, int step, byte[] block)
      throws TransferException {
    return switch (step) {
      case DATA -> sealer.data(block);
      case LAST -> sealer.last(block);
      case ABORT -> sealer.abort(block);
      case CLEAR -> sealer.clear(block);
      case LAST_OF_CLEAR -> sealer.lastOfClear();
      default -> block;
    };
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    byte[] text = "Hello, out of band".getBytes(StandardCharsets.US_ASCII);
    byte[] why = "\u0010cancelled".getBytes(StandardCharsets.US_ASCII);
    return Map.of(
        "sealed",
            new Script()
                .number(0)
                .number(255)
                .number(DATA)
                .block(text)
                .number(LAST)
                .block(text)
                .bytes(),
        "empty", new Script().number(0).number(0).number(LAST).block(new byte[0]).bytes(),
        "in-clear",
            new Script()
                .number(1)
                .number(2)
                .number(CLEAR)
                .block(text)
                .number(LAST_OF_CLEAR)
                .block(new byte[0])
                .bytes(),
        "abort",
            new Script()
                .number(0)
                .number(3)
                .number(DATA)
                .block(text)
                .number(ABORT)
                .block(why)
                .bytes(),
        "abort-in-clear", new Script().number(1).number(1).number(ABORT).block(why).bytes(),
        "as-it-is",
            new Script()
                .number(0)
                .number(9)
                .number(AS_IT_IS)
                .block(new byte[] {0x10, 0, 0, 17, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
                .bytes());
  }

  /** What a receiver's session does with its frames. */
  private static final class Receiver extends Peer {
    private final boolean clear;
    private final SegmentOpener segments = SEGMENTS.opener();
    private ClearSegment clearSegment;

    Receiver(boolean clear) {
      this.clear = clear;
    }

    @Override
    public int maxSegmentBytes() {
      return FrameHeader.MIN_SEGMENT_BYTES;
    }

    @Override
    public void received(byte[] frame, int frameBytes) throws TransferException {
      if (clear) {
        segments.endOfClear(frame, frameBytes, SCRATCH.plain);
      } else {
        ByteBuffer unused = SCRATCH.content(segments.open(frame, frameBytes, SCRATCH.plain));
      }
    }

    @Override
    public boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
      if (!clear) {
        throw new TransferException(Code.PROTOCOL, "a segment in clear came while none was due");
      }
      if (clearSegment == null) {
        clearSegment = segments.clear(header);
      }
      ByteBuffer unused = clearSegment.content(in);
      if (!clearSegment.complete(in)) {
        return false;
      }
      clearSegment = null;
      return true;
    }
  }
}
