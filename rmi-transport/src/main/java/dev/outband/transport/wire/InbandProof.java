package dev.outband.transport.wire;

import dev.outband.api.Payload;
import dev.outband.api.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ties an object that rides in its confirmation to the ticket that asked for it: an HMAC over
 *
 * <pre>
 *   id           16 bytes   the ticket's
 *   bytes        8 bytes    length of the object
 *   offset       8 bytes    where the payload begins
 *   contentTag   1 byte length, then ASCII
 *   digest       32 bytes   SHA-256 of the payload
 * </pre>
 *
 * <p>What keeps the bytes secret and whole on the way is the TLS of the call.
 */
public final class InbandProof {

  private static final int FIXED_BYTES = 16 + 8 + 8 + 1 + 32;

  private InbandProof() {}

  /**
   * SHA-256 of a payload: the digest of its receipt.
   *
   * @param payload the bytes
   * @return 64 hexadecimal digits
   */
  public static String digest(Payload payload) {
    MessageDigest digest = KeySchedule.sha256();
    digest.update(payload.view());
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The binding of a confirmation.
   *
   * @param secret the ticket's
   * @param id the ticket's
   * @param request which object, and from where on
   * @param digest {@link #digest} of the bytes
   * @return 64 hexadecimal digits
   */
  public static String binding(Secret secret, UUID id, OpenRequest request, String digest) {
    byte[] tag = request.contentTag().getBytes(StandardCharsets.US_ASCII);
    byte[] said =
        ByteBuffer.allocate(FIXED_BYTES + tag.length)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .putLong(request.bytes())
            .putLong(request.offset())
            .put((byte) tag.length)
            .put(tag)
            .put(HexFormat.of().parseHex(digest))
            .array();
    return HexFormat.of().formatHex(new KeySchedule(secret).inband(KeySchedule.transcript(said)));
  }

  /**
   * Whether two bindings are the same, in a time that does not tell where they differ.
   *
   * @param one 64 hexadecimal digits
   * @param other 64 hexadecimal digits
   * @return whether they are equal
   */
  public static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }
}
