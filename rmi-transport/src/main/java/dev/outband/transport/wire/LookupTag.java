package dev.outband.transport.wire;

import dev.outband.api.Secret;
import java.nio.ByteBuffer;

/**
 * What a listener finds a ticket by: derived from the secret, says nothing of it.
 *
 * @param high the first 8 bytes
 * @param low the last 8 bytes
 */
public record LookupTag(long high, long low) {

  LookupTag(byte[] bytes) {
    this(ByteBuffer.wrap(bytes).getLong(), ByteBuffer.wrap(bytes).getLong(8));
  }

  /**
   * The tag of a ticket.
   *
   * @param secret the ticket's
   * @return its tag
   */
  public static LookupTag of(Secret secret) {
    return new LookupTag(new KeySchedule(secret).lookup());
  }
}
