package dev.outband.benchmarks;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import java.rmi.Remote;
import java.rmi.RemoteException;

/** The remote object of Outband's contenders. */
public interface RemoteFiles extends Remote {

  /** The name under which it is exported. */
  String NAME = "bench-files";

  /**
   * Sends the file of this length into a reception.
   *
   * @param fileBytes the file's length, which names it
   * @param reception where it goes
   * @return the confirmation
   * @throws RemoteException if the call fails
   * @throws TransferException if the data connection cannot be opened
   */
  Confirmation fetch(long fileBytes, ReceptionObject reception)
      throws RemoteException, TransferException;

  /**
   * Does nothing: what one call costs.
   *
   * @throws RemoteException if the call fails
   */
  void ping() throws RemoteException;
}
