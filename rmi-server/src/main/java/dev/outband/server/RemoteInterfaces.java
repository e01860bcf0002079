package dev.outband.server;

import dev.outband.security.SerialFilters;
import java.lang.reflect.Method;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.List;

/** Whether a type can be exported; RMI itself would say so less clearly, or only at a call. */
final class RemoteInterfaces {
  private RemoteInterfaces() {}

  static void check(Class<? extends Remote> type) {
    if (!type.isInterface()) {
      throw new IllegalArgumentException(
          "type must be a remote interface, not the class " + type.getName());
    }
    for (Method method : type.getMethods()) {
      boolean declared =
          Arrays.stream(method.getExceptionTypes())
              .anyMatch(e -> e.isAssignableFrom(RemoteException.class));
      if (!declared) {
        throw new IllegalArgumentException(
            type.getName() + "." + method.getName() + " must declare java.rmi.RemoteException");
      }
      // Derived to be checked: what it returns must be able to travel, too.
      SerialFilters.replies(method, List.of());
    }
  }
}
