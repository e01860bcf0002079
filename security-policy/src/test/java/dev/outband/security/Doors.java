package dev.outband.security;

import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.ObjectReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A control port with a registry, a directory and an object, of which RMI's reads are counted. */
final class Doors implements AutoCloseable {
  private final Nothing directory = new Nothing();
  private final Service service = anything -> anything;
  private final ControlPort port;
  private final CountingPort counting;
  private final Registry registry;

  /** An object as an application exports it. */
  interface Service extends Remote {
    Object take(Object anything) throws RemoteException;
  }

  /** What can be called. */
  enum Door {
    REGISTRY,
    DIRECTORY,
    OBJECT
  }

  Doors(Identity self) throws IOException {
    SerialFilters.installJvmWide();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    port = ControlPort.open(self, any, ControlLimits.defaults());
    counting = new CountingPort(port);
    registry = LocateRegistry.createRegistry(port(), null, counting);
    export(Directory.class, directory);
    export(Service.class, service);
    registry.rebind(Directory.NAME, reference());
  }

  private void export(Class<? extends Remote> type, Remote object) throws IOException {
    UnicastRemoteObject.exportObject(
        object, port(), null, counting, SerialFilters.arguments(type, List.of()));
  }

  int port() {
    return port.address().getPort();
  }

  /** To the directory. */
  ObjectReference reference() throws IOException {
    return ObjectReferences.of(directory);
  }

  /** How many bytes RMI has read since the last time. */
  long read() {
    return counting.read();
  }

  void awaitNoConnections() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> port.connections() == 0);
  }

  /** The bytes of a call whose argument is of the caller's choice. */
  byte[] callOf(Door door, RawCall.Part argument) throws IOException {
    return switch (door) {
      case REGISTRY ->
          RawCall.of(RawCall.reserved(0), RawCall.LOOKUP, RawCall.REGISTRY_HASH, argument);
      case DIRECTORY ->
          RawCall.of(
              RawCall.id(reference()),
              -1,
              RawCall.hash("awaitMembers(JLjava/time/Duration;)Ldev/outband/api/Members;"),
              out -> {
                out.writeLong(1);
                argument.writeTo(out);
              });
      case OBJECT ->
          RawCall.of(
              RawCall.id(ObjectReferences.of(service)),
              -1,
              RawCall.hash("take(Ljava/lang/Object;)Ljava/lang/Object;"),
              argument);
    };
  }

  @Override
  public void close() throws IOException {
    UnicastRemoteObject.unexportObject(service, true);
    UnicastRemoteObject.unexportObject(directory, true);
    UnicastRemoteObject.unexportObject(registry, true);
    port.close();
  }

  /** A directory in which nothing is. */
  private static final class Nothing implements Directory {
    @Override
    public ObjectReference lookup(String name) {
      return null;
    }

    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public Members members() {
      return Members.none();
    }

    @Override
    public Members awaitMembers(long version, Duration limit) {
      return Members.none();
    }
  }
}
