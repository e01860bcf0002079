package dev.outband.api;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

/**
 * The single-use capability inside a reception stub: it opens one transfer, in one direction, until
 * its issuer lets it expire.
 *
 * <p>Expiry is not in it on purpose: only the issuer's own clock decides, so hosts need not agree
 * on the time.
 *
 * @param id names the transfer in logs, confirmations and receipts; not secret
 * @param secret what both ends derive their keys from
 * @param direction which way the bytes go
 * @param floor the least protection that the issuer accepts
 * @param byteLimit the most bytes that the object may have in all, 0 or more
 * @param offset where in the object the transfer starts, or in the stripe that its stream carries,
 *     0 to {@code byteLimit}: the issuer holds what comes before
 * @param contentTag names the content that the issuer holds a part of, so that nothing else is put
 *     behind it: at most {@value Confirmation#MAX_CONTENT_TAG_CHARS} printable ASCII characters;
 *     empty if it holds nothing, and then the offset is 0
 * @param stream which of several streams the ticket is for, 0 to {@code streams - 1}: each carries
 *     a stripe of the object, and has a ticket of its own
 * @param streams how many there are, 1 to {@value #MAX_STREAMS}; 1 for an object that comes whole
 */
public record Ticket(
    UUID id,
    Secret secret,
    Direction direction,
    Protection floor,
    long byteLimit,
    long offset,
    String contentTag,
    int stream,
    int streams)
    implements Serializable {

  /** The most streams that carry one object: {@value}. */
  public static final int MAX_STREAMS = 64;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the ticket arrives from another process.
   *
   * @throws IllegalArgumentException if the limit is negative, the offset is not in 0 to the limit,
   *     the tag is malformed, there is an offset without a tag, or a number of streams is out of
   *     its bounds
   */
  public Ticket {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(floor, "floor");
    Checks.between("ticket byteLimit", byteLimit, 0, Long.MAX_VALUE);
    Checks.between("ticket offset", offset, 0, byteLimit);
    Checks.contentTag("ticket contentTag", contentTag);
    if (contentTag.isEmpty()) {
      Checks.between("ticket offset without a content tag", offset, 0, 0);
    }
    Checks.between("ticket streams", streams, 1, MAX_STREAMS);
    Checks.between("ticket stream", stream, 0, streams - 1);
  }

  /**
   * A ticket for an object that comes whole.
   *
   * @param id names the transfer
   * @param secret what both ends derive their keys from
   * @param direction which way the bytes go
   * @param floor the least protection that the issuer accepts
   * @param byteLimit the most bytes that the object may have in all
   * @param offset where in the object the transfer starts
   * @param contentTag names the content that the issuer holds a part of, or is empty
   */
  public Ticket(
      UUID id,
      Secret secret,
      Direction direction,
      Protection floor,
      long byteLimit,
      long offset,
      String contentTag) {
    this(id, secret, direction, floor, byteLimit, offset, contentTag, 0, 1);
  }

  /**
   * The same ticket for one of several streams.
   *
   * @param number which one, 0 to {@code of - 1}
   * @param of how many there are
   * @return a ticket
   */
  public Ticket forStream(int number, int of) {
    return new Ticket(id, secret, direction, floor, byteLimit, offset, contentTag, number, of);
  }

  /**
   * The same ticket for a transmitter that may do less than the ticket allows.
   *
   * @param least the floor
   * @param most the most bytes that the object may have, at least the offset
   * @return a ticket
   */
  public Ticket narrowed(Protection least, long most) {
    return new Ticket(id, secret, direction, least, most, offset, contentTag, stream, streams);
  }
}
