package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.CallScope;
import dev.outband.security.PeerRefusedException;
import java.io.EOFException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.lang.reflect.Method;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.rmi.ConnectException;
import java.rmi.ConnectIOException;
import java.rmi.NoSuchObjectException;
import java.rmi.RemoteException;
import java.rmi.ServerError;
import java.rmi.ServerException;
import java.rmi.UnexpectedException;
import java.rmi.UnmarshalException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Makes plain why a call failed: RMI wraps a reason several times over and says little about it.
 */
final class CallFailure {
  private static final int MAX_CAUSES = 16;

  /** How the JDK begins its message when a filter said no. */
  private static final String FILTERED = "filter status";

  private final String call;
  private final Method method;

  CallFailure(String call, Method method) {
    this.call = call;
    this.method = method;
  }

  /** What to throw for what RMI threw: one line, typed where the method allows it. */
  Exception plain(RemoteException failure, CallScope scope) {
    if (failure instanceof NoSuchObjectException) {
      return typed(Code.NOT_FOUND, "the server no longer exports the object", failure);
    }
    if (failure instanceof UnexpectedException) {
      return undeclared(failure);
    }
    Optional<PeerRefusedException> refusal = refusal(failure);
    if (refusal.isPresent()) {
      return new CallFailedException(call + ": " + refusal.get().getMessage(), refusal.get());
    }
    if (failure instanceof ServerException || failure instanceof ServerError) {
      return refusedByServer(failure);
    }
    return scope
        .refused()
        .map(
            type ->
                typed(
                    Code.PROTOCOL,
                    "reply refused: " + type + " is not named by its signature",
                    failure))
        .orElseGet(() -> unanswered(failure));
  }

  /** What the server has done, as far as can be told. */
  Ran ran(RemoteException failure, CallScope scope) {
    if (failure instanceof UnexpectedException) {
      return failure.getCause() instanceof TransferException said
              && said.code() == Code.SHUTTING_DOWN
          ? Ran.NEVER
          : Ran.ANSWERED;
    }
    if (unreadable(failure).isPresent()) {
      return Ran.NEVER;
    }
    if (failure instanceof ServerException
        || failure instanceof ServerError
        || scope.refused().isPresent()
        || cause(failure, NotSerializableException.class).isPresent()) {
      return Ran.ANSWERED;
    }
    boolean isUnsent =
        failure instanceof NoSuchObjectException
            || failure instanceof ConnectException
            || failure instanceof ConnectIOException
            || failure instanceof java.rmi.UnknownHostException;
    return isUnsent ? Ran.NEVER : Ran.MAYBE;
  }

  /** What it means that a server could not be asked at all, in one line. */
  static Exception unasked(String server, Exception failure) {
    if (failure instanceof TransferException || failure instanceof CallFailedException) {
      return failure;
    }
    Optional<PeerRefusedException> refusal = refusal(failure);
    return refusal.isPresent()
        ? new CallFailedException(server + ": " + refusal.get().getMessage(), refusal.get())
        : new TransferException(
            undialed(failure).orElse(Code.UNREACHABLE), server + ": " + reason(failure), failure);
  }

  /** The failure as a method may throw it, which declares a TransferException or does not. */
  static Exception declared(boolean isTyped, Exception failure) {
    return failure instanceof TransferException typed && !isTyped
        ? new CallFailedException(typed.code(), typed.getMessage(), typed)
        : failure;
  }

  private Exception unanswered(RemoteException failure) {
    Code code = code(failure);
    String reason = reason(failure);
    return code == Code.CONNECTION_LOST && isLoss(root(failure))
        ? typed(
            code, "connection lost before the answer, the call may have run: " + reason, failure)
        : typed(code, reason, failure);
  }

  /** The refusal of a certificate, at either end, that lies at the bottom of a failure. */
  static Optional<PeerRefusedException> refusal(Throwable failure) {
    return cause(failure, PeerRefusedException.class);
  }

  /** One line for a connection that failed, without what RMI put around it. */
  static String reason(Throwable failure) {
    if (failure instanceof CallFailedException plain) {
      return plain.getMessage();
    }
    if (cause(failure, UnknownHostException.class).isPresent()) {
      return "unknown host";
    }
    Optional<NotSerializableException> unserializable =
        cause(failure, NotSerializableException.class);
    if (unserializable.isPresent()) {
      return "not serializable: " + unserializable.get().getMessage();
    }
    Throwable root = root(failure);
    if (root instanceof EOFException) {
      return "closed by the server";
    }
    String message = root.getMessage();
    return message == null || message.isEmpty() ? root.getClass().getSimpleName() : message;
  }

  /** The server has another version of the interface, whose method may throw more. */
  private Exception undeclared(RemoteException failure) {
    Throwable thrown = failure.getCause();
    return thrown instanceof TransferException said
        ? declared(false, said)
        : typed(
            Code.PROTOCOL,
            "the object threw what its method does not declare: " + thrown.getClass().getName(),
            failure);
  }

  private Exception refusedByServer(RemoteException failure) {
    Throwable inner = failure.getCause();
    if (inner != null && inner.getClass() == RemoteException.class && inner.getMessage() != null) {
      return (RemoteException) inner;
    }
    Optional<TransferException> said = unreadable(failure);
    if (said.isPresent()) {
      return typed(said.get().code(), said.get().getMessage(), failure);
    }
    Optional<InvalidClassException> invalid = cause(failure, InvalidClassException.class);
    if (invalid.isPresent() && String.valueOf(invalid.get().getMessage()).startsWith(FILTERED)) {
      return typed(
          Code.FORBIDDEN, "server refused an argument, whose class its log names", failure);
    }
    boolean unread = cause(failure, UnmarshalException.class).isPresent();
    return typed(
        unread ? Code.PROTOCOL : Code.INTERNAL, "server failed: " + reason(failure), failure);
  }

  /**
   * Why the server would not read the call, which it did not make then. Only what RMI itself could
   * not read counts: the object may call others, and throw what these have answered.
   */
  private static Optional<TransferException> unreadable(RemoteException failure) {
    return failure instanceof ServerException
            && failure.getCause() instanceof UnmarshalException unread
        ? cause(unread, TransferException.class)
        : Optional.empty();
  }

  private Exception typed(Code code, String reason, RemoteException failure) {
    String message = call + ": " + reason;
    return declaresTyped(method)
        ? new TransferException(code, message, failure)
        : new CallFailedException(code, message, failure);
  }

  static boolean declaresTyped(Method method) {
    return Arrays.stream(method.getExceptionTypes())
        .anyMatch(type -> type.isAssignableFrom(TransferException.class));
  }

  /** Why no connection was made, if the endpoint policy decided that. */
  private static Optional<Code> undialed(Exception failure) {
    return failure instanceof ConnectIOException
        ? cause(failure, TransferException.class).map(TransferException::code)
        : Optional.empty();
  }

  private static Code code(RemoteException failure) {
    if (cause(failure, NotSerializableException.class).isPresent()) {
      return Code.INVALID;
    }
    if (failure instanceof ConnectException
        || failure instanceof ConnectIOException
        || failure instanceof java.rmi.UnknownHostException) {
      return undialed(failure).orElse(Code.UNREACHABLE);
    }
    return cause(failure, SocketTimeoutException.class).isPresent()
        ? Code.TIMEOUT
        : Code.CONNECTION_LOST;
  }

  /** Whether the connection itself broke, which says nothing about what the server has done. */
  private static boolean isLoss(Throwable root) {
    return root instanceof EOFException
        || root instanceof SocketException
        || root instanceof SSLException;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root;
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    Throwable t = failure;
    for (int i = 0; i < MAX_CAUSES && t != null; i++) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
      t = t.getCause();
    }
    return Optional.empty();
  }
}
