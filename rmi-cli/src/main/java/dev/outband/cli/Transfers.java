package dev.outband.cli;

import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.transport.Transfer;
import java.util.concurrent.ExecutionException;

/** Waits for transfers. */
final class Transfers {

  private Transfers() {}

  /**
   * How the transfer ended. Blocks until it has, at the longest until its deadlines have passed.
   */
  static Receipt receipt(Transfer transfer) throws TransferException, InterruptedException {
    try {
      return transfer.receipt().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransferException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
