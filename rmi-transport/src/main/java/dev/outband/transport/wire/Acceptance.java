package dev.outband.transport.wire;

import dev.outband.api.TransferException;
import java.nio.ByteBuffer;

/**
 * What a listener answers in ACCEPTED: where to start (8 bytes) and the segment size to use (4
 * bytes).
 *
 * @param offset where in the object to start: what the ticket says, or behind what earlier
 *     connections of it have brought
 * @param segmentBytes the largest segment, no larger than the dialer asked for
 */
public record Acceptance(long offset, int segmentBytes) {

  private static final int ENCODED_BYTES = 8 + 4;

  byte[] encode() {
    return ByteBuffer.allocate(ENCODED_BYTES).putLong(offset).putInt(segmentBytes).array();
  }

  static Acceptance decode(byte[] plain, OpenRequest request) throws TransferException {
    OpenRequest.between("ACCEPTED length", plain.length, ENCODED_BYTES, ENCODED_BYTES);
    ByteBuffer in = ByteBuffer.wrap(plain);
    long carried = request.stripe().bytes();
    long end = carried < 0 ? Long.MAX_VALUE : carried;
    long offset = OpenRequest.between("ACCEPTED offset", in.getLong(), request.offset(), end);
    int segmentBytes =
        OpenRequest.between(
            "ACCEPTED segmentBytes",
            in.getInt(),
            FrameHeader.MIN_SEGMENT_BYTES,
            request.segmentBytes());
    return new Acceptance(offset, segmentBytes);
  }
}
