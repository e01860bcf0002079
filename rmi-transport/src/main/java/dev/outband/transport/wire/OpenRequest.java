package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a dialer asks for in OPEN.
 *
 * <pre>
 *   protection     1 byte    1 AUTHENTICATION, 2 INTEGRITY, 3 PRIVACY
 *   direction      1 byte    1 TO_LISTENER, 2 FROM_LISTENER
 *   bytes          8 bytes   length of the object, -1 if unknown
 *   offset         8 bytes   where in the stream's stripe of the object the transfer starts
 *   stream         2 bytes   0 to streams - 1
 *   streams        2 bytes   1 or more
 *   transmission   16 bytes  drawn by the dialer, the same whenever it reopens a connection of one transmission
 *   segmentBytes   4 bytes   the largest segment that the dialer would use
 *   contentTag     1 byte length, then ASCII, at most 64
 * </pre>
 *
 * @param protection the level at which the segments will travel
 * @param direction which way they go
 * @param bytes the length of the object, or {@link Confirmation#UNKNOWN_LENGTH}
 * @param offset where in the object the transfer starts; of several streams, where in the {@link
 *     Stripe} that this one carries
 * @param stream the number of this stream
 * @param streams how many streams carry the object
 * @param transmission names the transmission, drawn by the dialer: a ticket is opened again only
 *     for the same one
 * @param segmentBytes the largest segment, {@value FrameHeader#MIN_SEGMENT_BYTES} to {@value
 *     FrameHeader#MAX_SEGMENT_BYTES}
 * @param contentTag names the content, or is empty
 */
@SuppressWarnings("EnumOrdinal") // the order is on the wire; FrozenNumbersTest freezes it
public record OpenRequest(
    Protection protection,
    Direction direction,
    long bytes,
    long offset,
    int stream,
    int streams,
    UUID transmission,
    int segmentBytes,
    String contentTag) {

  private static final int FIXED_BYTES = 1 + 1 + 8 + 8 + 2 + 2 + 16 + 4 + 1;

  /**
   * A request to send the whole of an object over one stream to the listener.
   *
   * @param protection the level at which the segments will travel
   * @param bytes the length of the object, or {@link Confirmation#UNKNOWN_LENGTH}
   * @param offset where in the object the transfer starts
   * @param transmission names the transmission
   * @param segmentBytes the largest segment
   * @param contentTag names the content, or is empty
   * @return the request
   */
  public static OpenRequest toListener(
      Protection protection,
      long bytes,
      long offset,
      UUID transmission,
      int segmentBytes,
      String contentTag) {
    return new OpenRequest(
        protection,
        Direction.TO_LISTENER,
        bytes,
        offset,
        0,
        1,
        transmission,
        segmentBytes,
        contentTag);
  }

  /**
   * What the stream carries of the object.
   *
   * @return all of it, if it is the only one
   */
  public Stripe stripe() {
    return Stripe.of(bytes, stream, streams);
  }

  byte[] encode() {
    byte[] tag = contentTag.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(FIXED_BYTES + tag.length)
        .put((byte) (protection.ordinal() + 1))
        .put((byte) (direction.ordinal() + 1))
        .putLong(bytes)
        .putLong(offset)
        .putShort((short) stream)
        .putShort((short) streams)
        .putLong(transmission.getMostSignificantBits())
        .putLong(transmission.getLeastSignificantBits())
        .putInt(segmentBytes)
        .put((byte) tag.length)
        .put(tag)
        .array();
  }

  static OpenRequest decode(byte[] plain) throws TransferException {
    between(
        "OPEN length", plain.length, FIXED_BYTES, FIXED_BYTES + Confirmation.MAX_CONTENT_TAG_CHARS);
    ByteBuffer in = ByteBuffer.wrap(plain);
    Protection protection = Protection.values()[between("OPEN protection", in.get(), 1, 3) - 1];
    Direction direction = Direction.values()[between("OPEN direction", in.get(), 1, 2) - 1];
    long bytes = between("OPEN bytes", in.getLong(), Confirmation.UNKNOWN_LENGTH, Long.MAX_VALUE);
    long offset = in.getLong();
    int stream = in.getShort() & 0xffff;
    int streams = between("OPEN streams", in.getShort() & 0xffff, 1, bytes < 0 ? 1 : 0xffff);
    between("OPEN stream", stream, 0, streams - 1);
    long carried = Stripe.of(bytes, stream, streams).bytes();
    between("OPEN offset", offset, 0, carried < 0 ? Long.MAX_VALUE : carried);
    UUID transmission = new UUID(in.getLong(), in.getLong());
    int segmentBytes =
        between(
            "OPEN segmentBytes",
            in.getInt(),
            FrameHeader.MIN_SEGMENT_BYTES,
            FrameHeader.MAX_SEGMENT_BYTES);
    between("OPEN contentTag length", in.get(), in.remaining(), in.remaining());
    String tag = StandardCharsets.ISO_8859_1.decode(in).toString();
    if (!tag.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new TransferException(Code.PROTOCOL, "OPEN contentTag must be printable ASCII");
    }
    return new OpenRequest(
        protection, direction, bytes, offset, stream, streams, transmission, segmentBytes, tag);
  }

  static int between(String name, int value, int least, int most) throws TransferException {
    return (int) between(name, (long) value, least, most);
  }

  static long between(String name, long value, long least, long most) throws TransferException {
    if (value < least || value > most) {
      throw new TransferException(
          Code.PROTOCOL, name + " must be " + least + ".." + most + ", not " + value);
    }
    return value;
  }
}
