package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.ObjectReference;
import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.CallScope;
import java.io.ObjectInputFilter;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;

/**
 * One object at one server: each call in a scope that admits only what the method's signature
 * names, a second lookup if the server no longer knows the object (it was restarted), and failures
 * made plain. Safe for use by several threads.
 */
final class ServerStub {
  private final StubType type;
  private final Lookup lookup;
  private final ServerConnection server;
  private volatile Remote stub;

  /** Asks for the object's reference. */
  @FunctionalInterface
  interface Lookup {
    ObjectReference find() throws TransferException, RemoteException;
  }

  ServerStub(StubType type, Lookup lookup, ServerConnection server) {
    this.type = type;
    this.lookup = lookup;
    this.server = server;
  }

  ServerConnection server() {
    return server;
  }

  /**
   * Looks the object up, unless that was done.
   *
   * @throws AttemptFailedException if it cannot be; nothing was called then
   */
  void bind() throws AttemptFailedException {
    if (stub == null) {
      rebind();
    }
  }

  /** Takes a reference that was looked up already. */
  void bind(ObjectReference reference) {
    stub = server.stub(reference, type.type());
  }

  /**
   * Makes a call.
   *
   * @throws AttemptFailedException if the server did not answer it
   * @throws Throwable what the object threw
   */
  Object call(Method method, Object[] arguments) throws Throwable {
    bind();
    try {
      return once(method, arguments);
    } catch (AttemptFailedException e) {
      if (!(e.plain().getCause() instanceof NoSuchObjectException)) {
        throw e;
      }
    }
    rebind();
    return once(method, arguments);
  }

  private void rebind() throws AttemptFailedException {
    try {
      stub = server.stub(lookup.find(), type.type());
    } catch (TransferException | RemoteException e) {
      throw new AttemptFailedException(Ran.NEVER, CallFailure.unasked(server.toString(), e));
    }
  }

  private Object once(Method method, Object[] arguments) throws Throwable {
    Remote bound = stub;
    ObjectInputFilter replies = type.replies(method);
    try (CallScope scope = CallScope.enter(replies)) {
      try {
        return Proxy.getInvocationHandler(bound).invoke(bound, method, arguments);
      } catch (RemoteException e) {
        throw failed(method, e, scope);
      }
    } catch (TransferException e) {
      if (e.code() == Code.SHUTTING_DOWN) {
        throw new AttemptFailedException(Ran.NEVER, e);
      }
      throw e;
    }
  }

  private AttemptFailedException failed(Method method, RemoteException e, CallScope scope) {
    CallFailure failure =
        new CallFailure(server + " " + type.name() + "." + method.getName(), method);
    return new AttemptFailedException(failure.ran(e, scope), failure.plain(e, scope));
  }
}
