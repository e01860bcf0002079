package dev.outband.client;

import dev.outband.api.ObjectReference;
import dev.outband.api.TransferException;
import dev.outband.security.CallScope;
import dev.outband.security.SerialFilters;
import java.io.ObjectInputFilter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stub of a client does: each call in a scope that admits only what the method's signature
 * names, a second lookup if the server no longer knows the object (it was restarted), and failures
 * made plain.
 */
final class CallHandler implements InvocationHandler {
  private final String name;
  private final Class<? extends Remote> type;
  private final Lookup lookup;
  private final ServerConnection server;
  private final Map<Method, ObjectInputFilter> replies = new HashMap<>();
  private volatile Remote stub;

  /** Asks for the object's reference. */
  @FunctionalInterface
  interface Lookup {
    ObjectReference find() throws TransferException, RemoteException;
  }

  CallHandler(String name, Class<? extends Remote> type, Lookup lookup, ServerConnection server) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(
          "type must be a remote interface, not the class " + type.getName());
    }
    this.name = name;
    this.type = type;
    this.lookup = lookup;
    this.server = server;
    for (Method method : type.getMethods()) {
      replies.put(method, SerialFilters.replies(method, List.of()));
    }
  }

  /** Looks the object up. */
  Remote bind() throws TransferException, RemoteException {
    Remote bound = server.stub(lookup.find(), type);
    stub = bound;
    return bound;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return objectMethod(proxy, method, arguments);
    }
    Remote bound = stub;
    try {
      return call(bound == null ? bind() : bound, method, arguments);
    } catch (NoSuchObjectException e) {
      // The server refused before it did anything, so the call may be made again.
      return call(bind(), method, arguments);
    }
  }

  private Object call(Remote bound, Method method, Object[] arguments) throws Throwable {
    try (CallScope scope = CallScope.enter(replies.get(method))) {
      try {
        return Proxy.getInvocationHandler(bound).invoke(bound, method, arguments);
      } catch (RemoteException e) {
        throw new CallFailure(server + " " + name + "." + method.getName(), method).plain(e, scope);
      }
    }
  }

  private Object objectMethod(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "Stub[" + server + "/" + name + "]";
    };
  }
}
