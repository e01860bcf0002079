package dev.outband.security;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.util.List;

/** A client of one {@link TestServer}. */
final class TestClient implements AutoCloseable {
  private final ControlSocketFactory factory;

  TestClient(Identity identity, int port) {
    this(identity, "localhost", port, ControlLimits.defaults());
  }

  TestClient(Identity identity, String host, int port, ControlLimits limits) {
    SerialFilters.installJvmWide();
    factory = new ControlSocketFactory(identity, host, port, limits);
  }

  Registry registry() throws Exception {
    return LocateRegistry.getRegistry(factory.host(), factory.port(), factory);
  }

  ObjectReference door() throws Exception {
    try (CallScope scope = CallScope.enter(SerialFilters.values(ObjectReference.class))) {
      return (ObjectReference) registry().lookup(Directory.NAME);
    }
  }

  /** The object behind the door, each of its calls in a scope. */
  <T extends Remote> T object(Class<T> type) throws Exception {
    return object(door(), type);
  }

  <T extends Remote> T object(ObjectReference reference, Class<T> type) {
    T stub;
    try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      stub = ObjectReferences.bind(reference, type, factory);
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try (CallScope scope = CallScope.enter(SerialFilters.replies(method, List.of()))) {
                return method.invoke(stub, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public void close() {
    factory.close();
  }
}
