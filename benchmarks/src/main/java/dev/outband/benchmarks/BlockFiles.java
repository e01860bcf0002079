package dev.outband.benchmarks;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** The remote object of the RMI contenders: files in blocks. */
public interface BlockFiles extends Remote {

  /**
   * Reads a part of the file of this length; parts are read in order.
   *
   * @param fileBytes the file's length, which names it
   * @param position where the part begins, in bytes; at 0 the file is opened
   * @param bytes how long it is
   * @return the part
   * @throws RemoteException if the call or the reading fails
   */
  byte[] read(long fileBytes, long position, int bytes) throws RemoteException;
}
