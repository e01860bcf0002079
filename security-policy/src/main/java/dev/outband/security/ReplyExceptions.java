package dev.outband.security;

import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.io.OptionalDataException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;
import java.io.WriteAbortedException;
import java.rmi.AccessException;
import java.rmi.AlreadyBoundException;
import java.rmi.ConnectException;
import java.rmi.ConnectIOException;
import java.rmi.MarshalException;
import java.rmi.NoSuchObjectException;
import java.rmi.NotBoundException;
import java.rmi.RemoteException;
import java.rmi.ServerError;
import java.rmi.ServerException;
import java.rmi.UnexpectedException;
import java.rmi.UnmarshalException;
import java.util.List;

/**
 * The exceptions that RMI itself, or any method, may answer with; each holds text, a cause and a
 * stack, and no more.
 */
final class ReplyExceptions {
  private static final List<Class<?>> CLASSES =
      List.of(
          Throwable.class,
          Exception.class,
          RuntimeException.class,
          Error.class,
          StackTraceElement.class,
          ArithmeticException.class,
          ArrayIndexOutOfBoundsException.class,
          ClassCastException.class,
          ClassNotFoundException.class,
          IllegalArgumentException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          InterruptedException.class,
          NullPointerException.class,
          NumberFormatException.class,
          ReflectiveOperationException.class,
          SecurityException.class,
          UnsupportedOperationException.class,
          OutOfMemoryError.class,
          StackOverflowError.class,
          VirtualMachineError.class,
          LinkageError.class,
          NoClassDefFoundError.class,
          AssertionError.class,
          IOException.class,
          EOFException.class,
          InvalidClassException.class,
          InvalidObjectException.class,
          NotSerializableException.class,
          ObjectStreamException.class,
          OptionalDataException.class,
          StreamCorruptedException.class,
          UncheckedIOException.class,
          WriteAbortedException.class,
          RemoteException.class,
          AccessException.class,
          AlreadyBoundException.class,
          ConnectException.class,
          ConnectIOException.class,
          MarshalException.class,
          NoSuchObjectException.class,
          NotBoundException.class,
          ServerError.class,
          ServerException.class,
          UnexpectedException.class,
          UnmarshalException.class);

  private ReplyExceptions() {}

  /** Whether a reply may hold this class because one of these exceptions may bring it. */
  static boolean bring(Class<?> type) {
    return Brought.LIST.contains(type);
  }

  /** All that these exceptions may bring. */
  static AllowList list() {
    return Brought.LIST;
  }

  /** Made when the first exception comes: to look into some fifty classes takes a while. */
  private static final class Brought {
    static final AllowList LIST = new SerialClosure("a reply").addAll(CLASSES).allowList();
  }
}
