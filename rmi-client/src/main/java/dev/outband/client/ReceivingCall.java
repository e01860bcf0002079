package dev.outband.client;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import java.rmi.RemoteException;

/**
 * A call that asks a server for bytes: passes a reception and answers with the server's
 * confirmation.
 */
@FunctionalInterface
public interface ReceivingCall {

  /**
   * Makes the call.
   *
   * @param reception what to pass
   * @return what the server answered
   * @throws TransferException if the server refuses, or cannot open the data connection
   * @throws RemoteException if the call itself fails
   */
  Confirmation call(ReceptionObject reception) throws TransferException, RemoteException;
}
