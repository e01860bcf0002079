package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.Caller;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between RMI and an exported object: no call without a known caller and a rule that allows
 * it, no stack, cause or unexpected exception out of the process.
 */
final class CallGuard implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);
  private static final StackTraceElement[] NO_STACK = {};

  private final String name;
  private final Object target;
  private final Gate gate;

  CallGuard(String name, Object target, Gate gate) {
    this.name = name;
    this.target = target;
    this.gate = gate;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return objectMethod(proxy, method, arguments);
    }
    Caller caller = Caller.current();
    // An interface need not be public to be a remote one.
    method.trySetAccessible();
    admit(method, caller).with(method, arguments).enter();
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw outward(method, e.getCause(), caller);
    } finally {
      RunningCall.leave();
    }
  }

  private RunningCall admit(Method method, Caller caller) throws Exception {
    try {
      return gate.admit(caller, name, method.getName());
    } catch (TransferException e) {
      throw refusal(method, e.code(), e.getMessage());
    }
  }

  private Object objectMethod(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "Export[" + name + "]";
    };
  }

  private Throwable outward(Method method, Throwable thrown, Caller caller) {
    if (thrown instanceof TransferException refusal) {
      log(method, refusal, caller);
      return declares(method, TransferException.class)
          ? refusal
          : refusal(method, refusal.code(), refusal.getMessage());
    }
    if (isDeclared(method, thrown)) {
      LOG.debug("call failed, call={}.{}, caller={}", name, method.getName(), caller, thrown);
      return withoutStacks(thrown);
    }
    return internal(method, thrown, caller);
  }

  private void log(Method method, TransferException refusal, Caller caller) {
    if (refusal.code() == Code.FORBIDDEN) {
      LOG.warn("call refused: {}, call={}.{}, caller={}", refusal, name, method.getName(), caller);
    } else if (refusal.code() == Code.INTERNAL) {
      LOG.error(
          "call failed: {}, call={}.{}, caller={}",
          refusal,
          name,
          method.getName(),
          caller,
          refusal);
    } else {
      LOG.info("call failed: {}, call={}.{}, caller={}", refusal, name, method.getName(), caller);
    }
  }

  private Throwable internal(Method method, Throwable thrown, Caller caller) {
    String incident = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.error(
        "service failed, incident={}, call={}.{}, caller={}",
        incident,
        name,
        method.getName(),
        caller,
        thrown);
    String message =
        name
            + "."
            + method.getName()
            + " failed on the server, whose log has the cause, incident="
            + incident;
    return refusal(method, Code.INTERNAL, message);
  }

  private static Exception refusal(Method method, Code code, String message) {
    if (declares(method, TransferException.class)) {
      return new TransferException(code, message);
    }
    RemoteException failure = new RemoteException(code + ": " + message);
    failure.setStackTrace(NO_STACK);
    return failure;
  }

  /** A checked exception that its method declares, or an unchecked one that it declares as such. */
  private static boolean isDeclared(Method method, Throwable thrown) {
    if (thrown instanceof RemoteException) {
      return false;
    }
    boolean unchecked = thrown instanceof RuntimeException || thrown instanceof Error;
    return Arrays.stream(method.getExceptionTypes())
        .filter(type -> type.isInstance(thrown))
        .anyMatch(
            type ->
                !unchecked
                    || RuntimeException.class.isAssignableFrom(type)
                    || Error.class.isAssignableFrom(type));
  }

  private static boolean declares(Method method, Class<? extends Exception> type) {
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(declared -> declared.isAssignableFrom(type));
  }

  private static Throwable withoutStacks(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < 32; t = t.getCause()) {
      t.setStackTrace(NO_STACK);
      depth++;
    }
    return thrown;
  }
}
