package dev.outband.security;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteObjectInvocationHandler;
import java.util.List;

/** A port that nobody should dial, and stubs of the JDK's own making that name it. */
final class Trap implements AutoCloseable {
  private final ServerSocket victim;

  Trap() throws IOException {
    victim = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** A stub that any JVM which deserializes it dials. */
  <T extends Remote> T stub(Class<T> type) throws IOException {
    return stub(type, null);
  }

  /** The same, dialed through a factory. */
  <T extends Remote> T stub(Class<T> type, RMIClientSocketFactory factory) throws IOException {
    RemoteObject registry = (RemoteObject) registryStub(factory);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new RemoteObjectInvocationHandler(registry.getRef())));
  }

  /** The other kind, which needs no proxy. */
  Remote registryStub() throws IOException {
    return registryStub(null);
  }

  Remote registryStub(RMIClientSocketFactory factory) throws IOException {
    return LocateRegistry.getRegistry("127.0.0.1", victim.getLocalPort(), factory);
  }

  /** The threads that RMI has for stubs that name it: those of its garbage collector. */
  List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(":" + victim.getLocalPort()))
        .toList();
  }

  /** Whether somebody dialed within half a second; answers with a hang-up. */
  boolean wasDialed() throws IOException {
    return wasDialedWithin(500);
  }

  /** For where a dialer is certain to come, however busy the machine is. */
  boolean isDialed() throws IOException {
    return wasDialedWithin(20_000);
  }

  private boolean wasDialedWithin(int ms) throws IOException {
    victim.setSoTimeout(ms);
    try (Socket dialer = victim.accept()) {
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    victim.close();
  }
}
