package dev.outband.transport;

import dev.outband.api.TransferException;
import dev.outband.transport.wire.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A session whose bytes come from an input, cut into frames as those of a socket are. */
abstract class Peer implements Session {
  /** Kept from input to input, as a loop does. */
  static final Scratch SCRATCH = new Scratch(FrameHeader.MIN_SEGMENT_BYTES);

  private final FrameReader reader = new FrameReader(SCRATCH);

  /** Takes apart what came at once. */
  final void hear(byte[] bytes) throws TransferException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (byte[] frame = reader.next(in, this); frame != null; frame = reader.next(in, this)) {
      received(frame, reader.frameBytes());
    }
  }

  /** Gives back what is held of a frame that did not come to its end. */
  final void release() {
    reader.release();
  }

  @Override
  public final void ended() {}

  @Override
  public final void lost(IOException why) {}

  @Override
  public final void broken(TransferException why) {}

  @Override
  public final void overdue() {}

  @Override
  public final void abandoned(TransferException why) {}
}
