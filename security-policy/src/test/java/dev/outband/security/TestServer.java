package dev.outband.security;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A control port with a registry and exported objects: what a server's façade is made of. */
final class TestServer implements AutoCloseable {
  private final ControlPort port;
  private final Registry registry;
  private final Deque<Remote> exported = new ArrayDeque<>();

  TestServer(Identity identity) throws IOException {
    this(identity, ControlLimits.defaults());
  }

  TestServer(Identity identity, ControlLimits limits) throws IOException {
    SerialFilters.installJvmWide();
    port =
        ControlPort.open(
            identity, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits);
    registry = LocateRegistry.createRegistry(port(), null, port);
    exported.push(registry);
  }

  int port() {
    return port.address().getPort();
  }

  ControlPort controlPort() {
    return port;
  }

  <T extends Remote> ObjectReference export(Class<T> type, T object) throws IOException {
    T made = port.export(type, callsTo(object), SerialFilters.arguments(type, List.of()));
    exported.push(made);
    ObjectReference reference = ObjectReferences.of(made);
    registry.rebind(Directory.NAME, reference);
    return reference;
  }

  private static InvocationHandler callsTo(Object object) {
    return (proxy, method, arguments) -> {
      try {
        return method.invoke(object, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    };
  }

  @Override
  public void close() throws IOException {
    while (!exported.isEmpty()) {
      UnicastRemoteObject.unexportObject(exported.pop(), true);
    }
    port.close();
  }
}
