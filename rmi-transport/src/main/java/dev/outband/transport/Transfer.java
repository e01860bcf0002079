package dev.outband.transport;

import dev.outband.api.Receipt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * One live transfer, watched from either end. Safe for use by several threads; no method blocks.
 */
public interface Transfer {

  /**
   * The transfer's id, which both ends log.
   *
   * @return the ticket's id
   */
  UUID id();

  /**
   * How far it is.
   *
   * @return bytes verified by a receiver, or handed to the network by a transmitter
   */
  long bytes();

  /**
   * How far it will go.
   *
   * @return the bytes to be moved in all; {@link dev.outband.api.Confirmation#UNKNOWN_LENGTH} as
   *     long as that is not known
   */
  long totalBytes();

  /**
   * How it ends: with a receipt, or with a {@link dev.outband.api.TransferException}.
   *
   * @return completes when the transfer has ended and holds no resources; dependents run on a
   *     thread of the data plane, so they must not block
   */
  CompletionStage<Receipt> receipt();

  /**
   * Slows the transfer down, or lets it go again; counts from now on, at either end.
   *
   * @param bytesPerSecond 1 or more; {@link Long#MAX_VALUE} for no limit, which is the default
   */
  void limitRate(long bytesPerSecond);

  /**
   * Ends the transfer with {@link dev.outband.api.Code#CANCELLED} at both ends, unless it has ended
   * already. Returns at once.
   *
   * @param reason one line for the other end
   */
  void cancel(String reason);
}
