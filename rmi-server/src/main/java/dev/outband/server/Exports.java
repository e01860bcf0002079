package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.ObjectReference;
import dev.outband.api.TransferException;
import dev.outband.security.Caller;
import dev.outband.security.ControlPort;
import dev.outband.security.ObjectReferences;
import dev.outband.security.SerialFilters;
import dev.outband.server.cluster.MemberView;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that a server has exported, and the directory in which clients find them. Holds them
 * strongly: RMI would let them be collected before the first call. Safe for use by several threads.
 */
final class Exports implements Directory, AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,128}");

  /** Each that waits holds one of RMI's threads. */
  private static final int MAX_WAITING = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Exports.class);

  private final ControlPort port;
  private final Gate gate;
  private final MemberView members;
  private final Calls calls = new Calls();
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Map<String, Export> byName = new ConcurrentSkipListMap<>();

  /** What RMI holds weakly, and what refers to it. */
  record Export(Remote guarded, ObjectReference reference) {}

  Exports(ControlPort port, Gate gate, MemberView members) {
    this.port = port;
    this.gate = gate;
    this.members = members;
  }

  <T extends Remote> void export(String name, Class<T> type, T object, Collection<Class<?>> extra) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name must be 1..128 letters, digits and . _ - /, not \"" + name + "\"");
    }
    Export export = publish(new CallGuard(name, type.cast(object), gate), type, extra);
    gate.policy().warningsFor(name, type).forEach(LOG::warn);
    if (byName.putIfAbsent(name, export) != null) {
      withdraw(export);
      throw new IllegalArgumentException("name is taken: " + name);
    }
  }

  /** Every name, whoever may see it. */
  List<String> exported() {
    return List.copyOf(byName.keySet());
  }

  /** The calls that run; one that waits for members is not among them. */
  Calls calls() {
    return calls;
  }

  void unexport(String name) {
    Export export = byName.remove(name);
    if (export != null) {
      withdraw(export);
    }
  }

  /**
   * Exports an object of the server's own, without a name: guarded, filtered, on the control port,
   * for everybody in the trust domain.
   */
  <T extends Remote> Export publish(
      String name, Class<T> type, T object, Collection<Class<?>> extra) {
    return publish(new CallGuard(name, type.cast(object), gate.open()), type, extra);
  }

  private <T extends Remote> Export publish(
      CallGuard guard, Class<T> type, Collection<Class<?>> extra) {
    RemoteInterfaces.check(type);
    try {
      T guarded = port.export(type, calls.counted(guard), SerialFilters.arguments(type, extra));
      return new Export(guarded, ObjectReferences.of(guarded));
    } catch (RemoteException e) {
      throw new IllegalStateException("cannot export " + type.getName() + ": " + e.getMessage(), e);
    }
  }

  static void withdraw(Export export) {
    try {
      UnicastRemoteObject.unexportObject(export.guarded(), true);
    } catch (NoSuchObjectException e) {
      throw new IllegalStateException("an export is withdrawn once", e);
    }
  }

  @Override
  public ObjectReference lookup(String name) throws TransferException {
    gate.requireVisible(Caller.current(), String.valueOf(name));
    Export export = name == null ? null : byName.get(name);
    if (export == null) {
      throw new TransferException(Code.NOT_FOUND, "no object is exported as " + name);
    }
    return export.reference();
  }

  @Override
  public List<String> names() {
    Caller caller = Caller.current();
    return byName.keySet().stream().filter(name -> gate.isVisible(caller, name)).toList();
  }

  @Override
  public Members members() {
    return members.members();
  }

  @Override
  public Members awaitMembers(long version, Duration limit) {
    if (limit == null || !waiting.tryAcquire()) {
      return members.members();
    }
    calls.leave();
    try {
      return members.await(version, limit.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return members.members();
    } finally {
      calls.enter();
      waiting.release();
    }
  }

  @Override
  public void close() {
    byName.keySet().forEach(this::unexport);
  }
}
