package dev.outband.server;

import dev.outband.api.Directory;
import dev.outband.security.ControlPort;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a client that knows nothing but the control port finds the directory: of all remote objects
 * the JDK's registry alone has an identifier that is known beforehand. It holds one entry, a
 * reference to the directory.
 *
 * <p>Nothing can be bound or unbound in it from outside: the control port lets look-ups and lists
 * alone through to the registry.
 */
final class Door implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final Registry registry;
  private final Runnable lookAfter;
  private final Exports.Export directory;
  private final ScheduledExecutorService keeper;

  private Door(Registry registry, Runnable lookAfter, Exports.Export directory, String threadName) {
    this.registry = registry;
    this.lookAfter = lookAfter;
    this.directory = directory;
    this.keeper =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens the door.
   *
   * @param lookAfter what else is to be done once a second
   */
  // The keeper runs until the door is closed.
  @SuppressWarnings("FutureReturnValueIgnored")
  static Door open(ControlPort port, Exports exports, Runnable lookAfter) throws RemoteException {
    int number = port.address().getPort();
    Registry registry = LocateRegistry.createRegistry(number, null, port);
    Exports.Export directory = exports.publish("directory", Directory.class, exports, List.of());
    Door door = new Door(registry, lookAfter, directory, "outband-server-" + number + "-door");
    registry.rebind(Directory.NAME, directory.reference());
    door.keeper.scheduleWithFixedDelay(door::keep, 1, 1, TimeUnit.SECONDS);
    return door;
  }

  @Override
  public void close() {
    keeper.shutdownNow();
    withdraw(registry);
    withdraw(directory.guarded());
  }

  /** Whatever happens once: what is not thrown here does not end what is due the next second. */
  private void keep() {
    try {
      lookAfter.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("what is due once a second could not be done", e);
    }
  }

  private static void withdraw(Remote exported) {
    try {
      UnicastRemoteObject.unexportObject(exported, true);
    } catch (NoSuchObjectException e) {
      LOG.debug("closed before", e);
    }
  }
}
