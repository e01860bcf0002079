package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;

/** A transfer seen by its transmitter, from the moment at which both ends are proven. */
public interface Transmission extends Transfer {

  /**
   * What to answer the call with.
   *
   * @return the confirmation of this transfer's data connection
   */
  Confirmation confirmation();

  /**
   * Waits until the transfer has ended. Blocks, at the longest until its deadlines have passed.
   *
   * @return the receipt: the receiver's sink has all bytes, verified
   * @throws TransferException why there is none; after {@link dev.outband.api.Code#CONNECTION_LOST}
   *     the receiver may have completed all the same
   * @throws InterruptedException if the thread is interrupted; the transfer goes on
   */
  Receipt await() throws TransferException, InterruptedException;
}
