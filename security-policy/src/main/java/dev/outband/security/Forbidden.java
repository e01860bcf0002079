package dev.outband.security;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.rmi.MarshalledObject;
import java.rmi.server.ObjID;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteRef;
import java.rmi.server.UID;
import java.util.Set;

/**
 * What no allow-list admits, whoever asks for it: stubs of the JDK's own making and what they are
 * made of, because RMI dials the address inside one before the called method runs; objects in an
 * envelope, which would be opened without a filter; and code.
 */
final class Forbidden {
  private static final Set<Class<?>> BASES =
      Set.of(
          RemoteObject.class,
          RemoteRef.class,
          RMIClientSocketFactory.class,
          RMIServerSocketFactory.class,
          InvocationHandler.class,
          Proxy.class,
          ObjID.class,
          UID.class,
          MarshalledObject.class,
          SerializedLambda.class,
          Class.class,
          ClassLoader.class);
  private static final String LEASES = "java.rmi.dgc.";

  private Forbidden() {}

  static boolean is(Class<?> type) {
    return isLease(type) || BASES.stream().anyMatch(base -> base.isAssignableFrom(type));
  }

  /** Whether only RMI's distributed garbage collector sends it, by itself and in vain. */
  static boolean isLease(Class<?> type) {
    return type == ObjID.class || type.getName().startsWith(LEASES);
  }
}
