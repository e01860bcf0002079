package dev.outband.client;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import dev.outband.api.TransferException;
import dev.outband.security.CallScope;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlSocketFactory;
import dev.outband.security.Identity;
import dev.outband.security.ObjectReferences;
import dev.outband.security.SerialFilters;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.rmi.NotBoundException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;

/**
 * The way to one server: its door, its directory, and stubs of what is in it. Safe for use by
 * several threads.
 */
final class ServerConnection implements AutoCloseable {
  private static final ObjectInputFilter DOOR = SerialFilters.values(ObjectReference.class);
  private static final ObjectInputFilter NOTHING = SerialFilters.nothing();

  private final ServerAddress address;
  private final ControlSocketFactory factory;
  private final Directory directory;

  private ServerConnection(ServerAddress address, ControlSocketFactory factory) {
    this.address = address;
    this.factory = factory;
    this.directory =
        proxy(Directory.class, new CallHandler("directory", Directory.class, this::door, this));
  }

  /** Dials, and asks at the door for the directory. */
  static ServerConnection open(Identity identity, ServerAddress address, ControlLimits limits)
      throws IOException {
    ControlSocketFactory factory =
        new ControlSocketFactory(identity, address.host(), address.port(), limits);
    ServerConnection connection = new ServerConnection(address, factory);
    try {
      connection.door();
      return connection;
    } catch (RemoteException e) {
      connection.close();
      throw CallFailure.refusal(e).<IOException>map(refusal -> refusal).orElse(e);
    }
  }

  <T extends Remote> T lookup(String name, Class<T> type)
      throws TransferException, RemoteException {
    CallHandler handler = new CallHandler(name, type, () -> directory.lookup(name), this);
    handler.bind();
    return proxy(type, handler);
  }

  Directory directory() {
    return directory;
  }

  InetAddress localAddress() {
    return factory.localAddress();
  }

  InetAddress remoteAddress() {
    return factory.remoteAddress();
  }

  /** A stub whose calls must be made in a {@link CallScope}. */
  <T extends Remote> T stub(ObjectReference reference, Class<T> type) {
    try (CallScope scope = CallScope.enter(NOTHING)) {
      return ObjectReferences.bind(reference, type, factory);
    }
  }

  @Override
  public void close() {
    factory.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }

  private ObjectReference door() throws RemoteException {
    try (CallScope scope = CallScope.enter(DOOR)) {
      return (ObjectReference)
          LocateRegistry.getRegistry(address.host(), address.port(), factory)
              .lookup(Directory.NAME);
    } catch (NotBoundException | ClassCastException e) {
      throw new CallFailedException("no Outband server: its registry has no directory", e);
    }
  }

  private static <T extends Remote> T proxy(Class<T> type, CallHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
