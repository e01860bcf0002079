package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.ObjectReference;
import dev.outband.api.TransferException;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlPort;
import dev.outband.security.Identity;
import dev.outband.security.ObjectReferences;
import dev.outband.security.SerialFilters;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of the trust domain that lists whatever members it likes, and has no objects. */
final class LyingServer implements AutoCloseable {
  private final ControlPort port;
  private final Registry registry;
  private final Directory directory;
  private final Listing listing;

  LyingServer(Identity self, Members members) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    port = ControlPort.open(self, any, ControlLimits.defaults());
    listing = new Listing(members);
    registry = LocateRegistry.createRegistry(port.address().getPort(), null, port);
    directory =
        port.export(
            Directory.class,
            (proxy, method, arguments) -> {
              try {
                return method.invoke(listing, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            },
            SerialFilters.arguments(Directory.class, List.of()));
    registry.rebind(Directory.NAME, ObjectReferences.of(directory));
  }

  /** How often somebody has asked for the members without waiting for a change. */
  int asked() {
    return listing.asked.get();
  }

  /** How many connections are open. */
  int connections() {
    return port.connections();
  }

  int port() {
    return port.address().getPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  /** Idempotent. */
  @Override
  public void close() throws IOException {
    if (listing.closing.getCount() == 0) {
      return;
    }
    listing.closing.countDown();
    UnicastRemoteObject.unexportObject(directory, true);
    UnicastRemoteObject.unexportObject(registry, true);
    port.close();
  }

  /** Its directory. */
  private static final class Listing implements Directory {
    private final Members members;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    Listing(Members members) {
      this.members = members;
    }

    @Override
    public ObjectReference lookup(String name) throws TransferException {
      throw new TransferException(Code.NOT_FOUND, "no object is exported as " + name);
    }

    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public Members members() {
      asked.incrementAndGet();
      return members;
    }

    @Override
    public Members awaitMembers(long version, Duration limit) {
      try {
        if (version == members.version()
            && closing.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          return Members.none();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return members;
    }
  }
}
