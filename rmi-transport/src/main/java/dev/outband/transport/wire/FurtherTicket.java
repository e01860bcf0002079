package dev.outband.transport.wire;

import dev.outband.api.FurtherStream;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * The ticket of a further stream, as both ends derive it from the stub's: of a secret and an id of
 * its own, and for the same object under the same terms.
 */
public final class FurtherTicket {

  private FurtherTicket() {}

  /**
   * Derives it.
   *
   * @param first the stub's ticket
   * @param stream which stream, of how many
   * @return a ticket; the same at every call
   */
  public static Ticket of(Ticket first, FurtherStream stream) {
    KeySchedule schedule = new KeySchedule(first.secret());
    byte[] number = ByteBuffer.allocate(Short.BYTES).putShort((short) stream.stream()).array();
    ByteBuffer id = ByteBuffer.wrap(schedule.streamId(number));
    byte[] secret = schedule.streamSecret(number);
    try {
      return new Ticket(
          new UUID(id.getLong(), id.getLong()),
          Secret.of(secret),
          first.direction(),
          first.floor(),
          first.byteLimit(),
          stream.offset(),
          first.contentTag(),
          stream.stream(),
          stream.streams());
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
