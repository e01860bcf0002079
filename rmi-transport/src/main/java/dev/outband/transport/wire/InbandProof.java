package dev.outband.transport.wire;

import dev.outband.api.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ties an object that comes with a reply to the ticket that asked for it: a digest of
 *
 * <pre>
 *   id           16 bytes   the ticket's
 *   bytes        8 bytes    length of the object
 *   offset       8 bytes    where the payload begins
 *   contentTag   1 byte length, then ASCII
 *   checksum     4 bytes    CRC32C of the bytes from there
 * </pre>
 *
 * <p>and an HMAC over that. What keeps the bytes secret and whole on the way is the TLS of the
 * call, which seals them together with this; the checksum finds what goes wrong before and behind
 * it.
 *
 * @param digest SHA-256 of the above, 64 hexadecimal digits: the digest of the receipt
 * @param binding that of the confirmation, 64 hexadecimal digits
 */
public record InbandProof(String digest, String binding) {

  private static final int FIXED_BYTES = 16 + 8 + 8 + 1 + 4;

  /**
   * What both ends compute.
   *
   * @param secret the ticket's
   * @param id the ticket's
   * @param request which object, and from where on
   * @param checksum CRC32C of its bytes from there
   * @return digest and binding
   */
  public static InbandProof of(Secret secret, UUID id, OpenRequest request, int checksum) {
    byte[] tag = request.contentTag().getBytes(StandardCharsets.US_ASCII);
    byte[] said =
        ByteBuffer.allocate(FIXED_BYTES + tag.length)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .putLong(request.bytes())
            .putLong(request.offset())
            .put((byte) tag.length)
            .put(tag)
            .putInt(checksum)
            .array();
    byte[] digest = KeySchedule.transcript(said);
    HexFormat hex = HexFormat.of();
    return new InbandProof(
        hex.formatHex(digest), hex.formatHex(new KeySchedule(secret).inband(digest)));
  }

  /**
   * Whether a confirmation's binding is this one, in a time that does not tell where they differ.
   *
   * @param other 64 hexadecimal digits
   * @return whether they are equal
   */
  public boolean isBoundBy(String other) {
    return MessageDigest.isEqual(
        binding.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }
}
