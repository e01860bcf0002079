package dev.outband.api;

import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;

/**
 * The remote object in which a server's exported objects are looked up. Read-only: nothing can be
 * put into it from outside.
 *
 * <p>A client meets it through the JDK registry on the control port, whose one entry, {@link
 * #NAME}, refers to it. What crosses the wire is an {@link ObjectReference}, never a stub of the
 * JDK's own making.
 */
public interface Directory extends Remote {

  /** The registry entry that refers to the directory. */
  String NAME = "outband";

  /**
   * Finds an object.
   *
   * @param name the name under which the server exported it
   * @return what a client makes a stub from
   * @throws TransferException {@link Code#NOT_FOUND} if there is no such name
   * @throws RemoteException if the call itself fails
   */
  ObjectReference lookup(String name) throws RemoteException, TransferException;

  /**
   * Lists what can be looked up.
   *
   * @return the names, sorted
   * @throws RemoteException if the call itself fails
   */
  List<String> names() throws RemoteException;
}
