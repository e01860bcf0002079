package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;

/** What a receiving process allocates, before it asks for data, to receive one transfer. */
public interface Reception extends AutoCloseable {

  /**
   * The stub to pass in a call or to return from one.
   *
   * @return a value; it opens this reception once
   */
  ReceptionStub stub();

  /**
   * The transfer into this reception, to watch or to cancel it.
   *
   * @return the same at every call, also before the data connection is there
   */
  Transfer transfer();

  /**
   * Checks that a confirmation is of this reception's own data connections, and gives the reception
   * up if it is not. {@link #await} does so before it waits.
   *
   * @param confirmation what the call answered, and no other way brought
   * @throws TransferException {@link dev.outband.api.Code#NOT_PROVEN} or {@link
   *     dev.outband.api.Code#PROTECTION_TOO_LOW} if it is of another connection, or promises less
   */
  void confirm(Confirmation confirmation) throws TransferException;

  /**
   * Waits until the transfer has ended. Blocks, at the longest until the reception's deadlines have
   * passed.
   *
   * @param confirmation what the call answered, and no other way brought; must be of this
   *     reception's own data connection
   * @return the receipt: the sink has all bytes, verified
   * @throws TransferException why there is none; a file sink has then left nothing behind
   * @throws InterruptedException if the thread is interrupted; the transfer goes on
   */
  Receipt await(Confirmation confirmation) throws TransferException, InterruptedException;

  /**
   * Gives up the reception unless its transfer has ended: the ticket dies, the sink is discarded.
   * Idempotent.
   */
  @Override
  void close();
}
