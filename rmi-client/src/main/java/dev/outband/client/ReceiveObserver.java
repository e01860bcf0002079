package dev.outband.client;

import dev.outband.api.TransferException;
import dev.outband.transport.Transfer;

/**
 * Told how {@link OutbandClient#receive(dev.outband.transport.Sink, ReceivingCall,
 * ReceiveObserver)} gets on, on the thread that receives; that thread waits meanwhile, so be short.
 */
public interface ReceiveObserver {

  /**
   * An attempt begins: the call is about to be made.
   *
   * @param transfer the attempt's own transfer, to watch, to slow down or to cancel it
   * @param heldBytes how many bytes of the object the sink holds, verified, and the attempt will
   *     not ask for
   */
  default void begins(Transfer transfer, long heldBytes) {}

  /**
   * An attempt has failed, and another one follows.
   *
   * @param why its failure; after {@link dev.outband.api.Code#CONTENT_CHANGED} and {@link
   *     dev.outband.api.Code#NOT_RESUMABLE} the next attempt starts over
   */
  default void retries(TransferException why) {}
}
