package dev.outband.benchmarks;

import com.healthmarketscience.rmiio.RemoteInputStream;
import java.rmi.Remote;
import java.rmi.RemoteException;

/** The remote object of the RMIIO contenders. */
public interface StreamFiles extends Remote {

  /**
   * Opens the file of this length.
   *
   * @param fileBytes the file's length, which names it
   * @return its bytes
   * @throws RemoteException if the call or the opening fails
   */
  RemoteInputStream open(long fileBytes) throws RemoteException;
}
