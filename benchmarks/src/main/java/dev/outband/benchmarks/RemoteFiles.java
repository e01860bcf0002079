package dev.outband.benchmarks;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import java.rmi.Remote;
import java.rmi.RemoteException;

/** The remote object of the RMI contenders: the same file, in blocks through RMI or beside it. */
public interface RemoteFiles extends Remote {

  /** The name under which it is exported. */
  String NAME = "bench-files";

  /**
   * Reads a part of the file of this length.
   *
   * @param fileBytes the file's length, which names it
   * @param position where the part begins, in bytes
   * @param bytes how long it is
   * @return the part
   * @throws RemoteException if the call or the reading fails
   */
  byte[] read(long fileBytes, long position, int bytes) throws RemoteException;

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
}
