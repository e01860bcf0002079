package dev.outband.api;

import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;

/**
 * The remote object in which a server's exported objects are looked up, and the members of its
 * cluster. Read-only: nothing can be put into it from outside.
 *
 * <p>A client meets it through the JDK registry on the control port, whose one entry, {@link
 * #NAME}, refers to it. What crosses the wire is an {@link ObjectReference}, never a stub of the
 * JDK's own making.
 */
public interface Directory extends Remote {

  /** The registry entry that refers to the directory. */
  String NAME = "outband";

  /** The longest wait of {@link #awaitMembers}: 20 s, well below every default call deadline. */
  Duration MAX_WAIT = Duration.ofSeconds(20);

  /**
   * Finds an object.
   *
   * @param name the name under which the server exported it
   * @return what a client makes a stub from
   * @throws TransferException {@link Code#NOT_FOUND} if there is no such name
   * @throws RemoteException if the call itself fails
   */
  @Idempotent
  ObjectReference lookup(String name) throws RemoteException, TransferException;

  /**
   * Lists what can be looked up.
   *
   * @return the names, sorted
   * @throws RemoteException if the call itself fails
   */
  @Idempotent
  List<String> names() throws RemoteException;

  /**
   * Lists the server processes of the cluster, with their loads.
   *
   * @return the members whose records this server has verified; none if it is in no cluster
   * @throws RemoteException if the call itself fails
   */
  @Idempotent
  Members members() throws RemoteException;

  /**
   * Waits until the members are no longer those of a version. Blocks.
   *
   * @param version of what this server answered before, or {@link Members#NO_VERSION}
   * @param limit how long to wait: 0 to {@link #MAX_WAIT}; more counts as that, null as 0
   * @return the members, at once if their version is another one, otherwise when it changes, or
   *     with the same version when the time has passed or too many wait already
   * @throws RemoteException if the call itself fails
   */
  @Idempotent
  Members awaitMembers(long version, Duration limit) throws RemoteException;
}
