package dev.outband.api;

import java.rmi.Remote;

/**
 * A remote object that stands for one reception: what a receiving process allocates before it asks
 * for data.
 *
 * <p>Use it as a parameter or a result of your own remote interfaces:
 *
 * <pre>{@code
 * public interface Archive extends Remote {
 *   Confirmation fetch(String name, ReceptionObject reception) throws RemoteException, TransferException;
 *   ReceptionObject store(String name, long bytes) throws RemoteException, TransferException;
 * }
 * }</pre>
 *
 * <p>What crosses the wire is a {@link ReceptionStub}, a value, never a stub of the JDK's own
 * making: RMI dials the address inside such a stub before the called method runs, so Outband's
 * filters refuse it.
 */
public interface ReceptionObject extends Remote {}
