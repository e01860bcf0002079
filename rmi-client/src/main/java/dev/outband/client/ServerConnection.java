package dev.outband.client;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import dev.outband.security.CallScope;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlSocketFactory;
import dev.outband.security.Identity;
import dev.outband.security.ObjectReferences;
import dev.outband.security.Pin;
import dev.outband.security.SerialFilters;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.rmi.NotBoundException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;

/**
 * The way to one server: its door, its directory, and stubs of what is in it. Safe for use by
 * several threads.
 */
final class ServerConnection implements AutoCloseable {
  private static final ObjectInputFilter DOOR = SerialFilters.values(ObjectReference.class);
  private static final ObjectInputFilter NOTHING = SerialFilters.nothing();
  private static final StubType DIRECTORY = new StubType("directory", Directory.class);

  private final ServerAddress address;
  private final ControlSocketFactory factory;
  private final ServerStub directoryStub;
  private final Directory directory;
  private volatile boolean isClosed;

  private ServerConnection(ServerAddress address, ControlSocketFactory factory) {
    this.address = address;
    this.factory = factory;
    this.directoryStub = new ServerStub(DIRECTORY, this::door, this);
    this.directory = sole(directoryStub);
  }

  /**
   * Dials, and asks at the door for the directory.
   *
   * @param lead whom to meet there, and who says so
   */
  static ServerConnection open(
      Identity identity, ServerAddress address, ControlLimits limits, Lead lead)
      throws IOException {
    ControlSocketFactory factory =
        lead.listedBy()
            .map(by -> ControlSocketFactory.listed(identity, address.endpoint(), limits, by))
            .orElseGet(
                () -> new ControlSocketFactory(identity, address.host(), address.port(), limits));
    lead.pin().ifPresent(factory::require);
    ServerConnection connection = new ServerConnection(address, factory);
    try {
      connection.directoryStub.bind(connection.door());
      return connection;
    } catch (RemoteException e) {
      connection.close();
      throw CallFailure.refusal(e).<IOException>map(refusal -> refusal).orElse(e);
    }
  }

  /** What calls an object at this server; the directory's asks nobody for it any more. */
  ServerStub stubOf(StubType type) {
    return type.type() == Directory.class
        ? directoryStub
        : new ServerStub(type, () -> directory.lookup(type.name()), this);
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

  /** What the server was last proven by. */
  X509Certificate certificate() {
    return factory.certificate();
  }

  /** Whether this leads to that process; if so, it leads to no other one from now on. */
  boolean isTo(Pin pin) {
    boolean isSame = factory.peer().equals(pin);
    if (isSame) {
      factory.require(pin);
    }
    return isSame;
  }

  /** A stub whose calls must be made in a {@link CallScope}. */
  <T extends Remote> T stub(ObjectReference reference, Class<T> type) {
    try (CallScope scope = CallScope.enter(NOTHING)) {
      return ObjectReferences.bind(reference, type, factory);
    }
  }

  /**
   * Asks the server something over a connection that is open, so that RMI keeps it. Dials nobody.
   *
   * @throws RemoteException if no connection is open, or the server does not answer
   */
  void keepAlive() throws RemoteException {
    try (CallScope scope = CallScope.enterWithoutDialing(NOTHING)) {
      directory.members();
    }
  }

  /** Whether both ends have shown their certificates lately, and this one has none newer. */
  boolean isFresh(Duration most) {
    return factory.isFresh(most);
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public void close() {
    isClosed = true;
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

  /** The directory of this server and of no other. */
  private static Directory sole(ServerStub stub) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          try {
            return stub.call(method, arguments);
          } catch (AttemptFailedException e) {
            throw CallFailure.declared(CallFailure.declaresTyped(method), e.plain());
          }
        };
    return (Directory)
        Proxy.newProxyInstance(
            Directory.class.getClassLoader(), new Class<?>[] {Directory.class}, handler);
  }
}
