package dev.outband.api;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What the reply of a call carries once the data connection is open and both ends are proven.
 *
 * <p>It is a promise that bytes follow, not that they arrived: only a {@link Receipt} says that.
 * The binding ties it to one data connection: the receiver compares it with its own and refuses a
 * confirmation of any other. Of a short object there is no data connection ({@link Mode#INBAND}):
 * its bytes are in the confirmation, or went ahead of it on the call's connection, and the binding
 * proves that they are of that ticket. The bytes themselves are protected by the TLS of the call
 * that it answers, and only as long as they are taken from there.
 *
 * @param transferId the ticket's id
 * @param mode how the bytes travel
 * @param protection what protects them
 * @param bytes the length of the object, or {@link #UNKNOWN_LENGTH}
 * @param offset where in the object the transfer starts
 * @param contentTag names this content of the object: equal tags mean equal bytes; at most {@value
 *     #MAX_CONTENT_TAG_CHARS} printable ASCII characters, empty if the source has none
 * @param endpoint where the data connection was opened to; {@link Mode#INBAND}: the first one that
 *     the stub advertised
 * @param binding 64 hexadecimal digits that only the two ends of that connection, or the two that
 *     know the ticket, can compute; not secret
 * @param payload the bytes from the offset to the end of the object; {@link Payload#NONE} if they
 *     travel elsewhere
 * @param further of an object that comes in stripes: what confirms the data connection of each
 *     further stream, in the order of the stub's further streams; empty for one that comes whole
 */
public record Confirmation(
    UUID transferId,
    Mode mode,
    Protection protection,
    long bytes,
    long offset,
    String contentTag,
    Endpoint endpoint,
    String binding,
    Payload payload,
    List<Confirmation> further)
    implements Serializable {

  /** The length of an object whose end is not known when its transfer starts: {@value}. */
  public static final long UNKNOWN_LENGTH = -1;

  /** The longest content tag: {@value} characters. */
  public static final int MAX_CONTENT_TAG_CHARS = 64;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the confirmation arrives from another process.
   *
   * @throws IllegalArgumentException if a number or a text is out of its bounds
   */
  public Confirmation {
    Objects.requireNonNull(transferId, "transferId");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(protection, "protection");
    Checks.between("confirmation bytes", bytes, UNKNOWN_LENGTH, Long.MAX_VALUE);
    Checks.between("confirmation offset", offset, 0, Long.MAX_VALUE);
    Checks.contentTag("confirmation contentTag", contentTag);
    Objects.requireNonNull(endpoint, "endpoint");
    Checks.hex("confirmation binding", binding, 32);
    Objects.requireNonNull(payload, "payload");
    long carried = mode == Mode.INBAND ? bytes - offset : 0;
    Checks.between("bytes in band", carried, 0, ReceptionStub.MAX_INBAND_BYTES);
    if (payload.length() != 0) {
      Checks.between("confirmation payload", payload.length(), carried, carried);
    }
    further = List.copyOf(further);
    boolean isWhole = mode == Mode.INBAND || bytes == UNKNOWN_LENGTH;
    Checks.between(
        "further confirmations", further.size(), 0, isWhole ? 0 : Ticket.MAX_STREAMS - 1L);
    if (further.stream().anyMatch(one -> one.mode != Mode.ACTIVE || !one.further.isEmpty())) {
      throw new IllegalArgumentException("further confirmations must each be of one connection");
    }
  }

  /**
   * Of an object that comes whole.
   *
   * @param transferId the ticket's id
   * @param mode how the bytes travel
   * @param protection what protects them
   * @param bytes the length of the object, or {@link #UNKNOWN_LENGTH}
   * @param offset where in the object the transfer starts
   * @param contentTag names this content of the object, or is empty
   * @param endpoint where the data connection was opened to
   * @param binding 64 hexadecimal digits
   * @param payload the bytes, or {@link Payload#NONE} if they travel elsewhere
   */
  public Confirmation(
      UUID transferId,
      Mode mode,
      Protection protection,
      long bytes,
      long offset,
      String contentTag,
      Endpoint endpoint,
      String binding,
      Payload payload) {
    this(
        transferId,
        mode,
        protection,
        bytes,
        offset,
        contentTag,
        endpoint,
        binding,
        payload,
        List.of());
  }

  /**
   * The same, of an object that comes in stripes.
   *
   * @param others what confirms the further streams
   * @return a confirmation
   */
  public Confirmation withFurther(List<Confirmation> others) {
    return new Confirmation(
        transferId,
        mode,
        protection,
        bytes,
        offset,
        contentTag,
        endpoint,
        binding,
        payload,
        others);
  }

  private Object writeReplace() {
    return new WireForm(this);
  }
}
