package dev.outband.api;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/**
 * What ends a transfer well: every byte was verified and the receiver's sink has made them its own.
 *
 * <p>Both ends compute the digest and compare it. It is SHA-256 over the headers and authentication
 * tags of the segments, so it binds the same bytes as a digest of the content would, but it differs
 * for every transfer: do not compare receipts of two transfers by it. Of a transfer that went on
 * over another connection it covers the last one; after a receipt that was lost, the two ends may
 * show the digests of different connections. Of {@link Mode#INBAND} it is SHA-256 over what the
 * confirmation says of the object and a CRC32C of its bytes, which the call's TLS has sealed. Of an
 * object that came in stripes it is SHA-256 over the digits of their digests, in their order.
 *
 * <p>A transfer that resumes an earlier one moves only what comes from {@code offset} on. What
 * comes before was verified when it was received, then; the digest covers nothing of it, and that
 * the two parts are of one content is what the equal content tags say.
 *
 * @param transferId the ticket's id
 * @param bytes the length of the whole object, 0 or more
 * @param offset where in the object this transfer started, 0 to {@code bytes}: it moved the rest
 * @param digest 64 hexadecimal digits
 * @param duration from the open data connection to the receipt
 * @param mode how the bytes travelled
 * @param protection what protected them
 */
public record Receipt(
    UUID transferId,
    long bytes,
    long offset,
    String digest,
    Duration duration,
    Mode mode,
    Protection protection)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the receipt arrives from another process.
   *
   * @throws IllegalArgumentException if a number or a text is out of its bounds
   */
  public Receipt {
    Objects.requireNonNull(transferId, "transferId");
    Checks.between("receipt bytes", bytes, 0, Long.MAX_VALUE);
    Checks.between("receipt offset", offset, 0, bytes);
    Checks.hex("receipt digest", digest, 32);
    Checks.between("receipt duration", duration.toNanos(), 0, Long.MAX_VALUE);
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(protection, "protection");
  }

  /**
   * What this transfer moved.
   *
   * @return the bytes from the offset to the end
   */
  public long movedBytes() {
    return bytes - offset;
  }

  /**
   * The mean rate of what was moved.
   *
   * @return bytes per second; 0 for no bytes
   */
  public double bytesPerSecond() {
    return movedBytes() * 1e9 / Math.max(1, duration.toNanos());
  }
}
