package dev.outband.client;

import dev.outband.api.Directory;
import dev.outband.api.Idempotent;
import dev.outband.security.SerialFilters;
import java.io.ObjectInputFilter;
import java.lang.reflect.Method;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all stubs of one name and one remote interface share. Immutable. */
final class StubType {
  private final String name;
  private final Class<? extends Remote> type;
  private final Map<Method, ObjectInputFilter> replies = new HashMap<>();

  StubType(String name, Class<? extends Remote> type) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(
          "type must be a remote interface, not the class " + type.getName());
    }
    this.name = name;
    this.type = type;
    for (Method method : type.getMethods()) {
      requireRemote(method);
      replies.put(method, SerialFilters.replies(method, List.of()));
    }
  }

  String name() {
    return name;
  }

  /** What a server must export to have the object. */
  String service() {
    return type == Directory.class ? ServerPool.ANY : name;
  }

  Class<? extends Remote> type() {
    return type;
  }

  ObjectInputFilter replies(Method method) {
    return replies.get(method);
  }

  /** What fails remotely must have a way to say so that its caller was made to expect. */
  private static void requireRemote(Method method) {
    if (Arrays.stream(method.getExceptionTypes())
        .noneMatch(thrown -> thrown.isAssignableFrom(RemoteException.class))) {
      throw new IllegalArgumentException(
          method.getDeclaringClass().getName()
              + "."
              + method.getName()
              + " must declare java.rmi.RemoteException");
    }
  }

  static boolean isIdempotent(Method method) {
    return method.isAnnotationPresent(Idempotent.class);
  }
}
