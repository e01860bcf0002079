package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Member;
import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.Pin;
import dev.outband.security.Principal;
import dev.outband.security.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One server that a client knows of: given by its user, listed by the cluster, or both. Connected
 * when it is first called. Safe for use by several threads.
 */
final class Server implements AutoCloseable {
  private static final long AVOIDED_NS = TimeUnit.SECONDS.toNanos(5);

  private final ServerAddress address;
  private final boolean isGiven;
  private final Connector connector;

  /** Held while the connection is opened or changed. */
  private final Object connecting = new Object();

  /** Changed while connecting is held; null while there is none. */
  private volatile ServerConnection connection;

  private volatile boolean isClosed;

  /** Guarded by this; null if no member list names it. */
  private Member member;

  /** Guarded by this; where the server is that was the last to list it; null if none was. */
  private InetAddress listedBy;

  /** Guarded by this; calls that run. */
  private int calls;

  /**
   * Guarded by this; the last one that was answered; null if there was none, or it is forgotten.
   */
  private LastCall lastCall;

  /** Guarded by this; until when others are asked first, if it has failed. */
  private long avoidedUntilNs;

  /** Guarded by this. */
  private boolean isAvoided;

  /** Guarded by this; nobody calls it any more. */
  private boolean isDropped;

  /** Opens connections. */
  @FunctionalInterface
  interface Connector {
    ServerConnection connect(ServerAddress address, Lead lead) throws IOException;
  }

  /**
   * A call that was answered.
   *
   * @param connection over which it went
   * @param endedNs when it ended
   */
  record LastCall(ServerConnection connection, long endedNs) {}

  /** Something to do at a server. */
  @FunctionalInterface
  interface Use {
    Object at(ServerConnection connection) throws Throwable;
  }

  Server(ServerAddress address, boolean isGiven, Connector connector) {
    this.address = address;
    this.isGiven = isGiven;
    this.connector = connector;
  }

  ServerAddress address() {
    return address;
  }

  /** What is known of it before it is dialed, by the latest list. */
  synchronized Lead lead() {
    return new Lead(
        Optional.ofNullable(member).map(Server::pinOf),
        isGiven ? Optional.empty() : Optional.of(listedBy));
  }

  /** Takes a connection that was opened elsewhere. */
  void adopt(ServerConnection opened) {
    connection = opened;
  }

  /** Where it is; empty while it is not connected. */
  Optional<InetAddress> remoteAddress() {
    return Optional.ofNullable(connection).map(ServerConnection::remoteAddress);
  }

  /** The last call that was answered; empty as long as another one runs. */
  synchronized Optional<LastCall> lastCall() {
    return calls > 0 ? Optional.empty() : Optional.ofNullable(lastCall);
  }

  /** Has no last call any more, unless there was another one since. */
  synchronized void forget(LastCall call) {
    if (call.equals(lastCall)) {
      lastCall = null;
    }
  }

  /** Does something over the connection, which is opened if there is none. */
  Object use(Use use) throws Throwable {
    enter();
    ServerConnection answered = null;
    try {
      answered = connection();
      return use.at(answered);
    } catch (AttemptFailedException e) {
      answered = null;
      throw e;
    } finally {
      leave(answered);
    }
  }

  /** What a member list says of it, and where the server is whose list that is. */
  synchronized void listed(Member now, InetAddress by) {
    if (member != null && !member.started().equals(now.started())) {
      isAvoided = false;
    }
    member = now;
    listedBy = by;
  }

  synchronized void unlisted() {
    member = null;
  }

  synchronized boolean isListed() {
    return member != null;
  }

  /** Whether it may have an object; a server of which nothing is known may. */
  synchronized boolean mayServe(String service) {
    return member == null || service.equals(ServerPool.ANY) || member.services().contains(service);
  }

  /** It did not answer, or sends clients elsewhere: others are asked first for a while. */
  synchronized void avoid() {
    isAvoided = true;
    avoidedUntilNs = System.nanoTime() + AVOIDED_NS;
  }

  synchronized void answered() {
    isAvoided = false;
  }

  synchronized boolean isAvoided() {
    return isAvoided && System.nanoTime() - avoidedUntilNs < 0;
  }

  synchronized long load() {
    return (member == null ? 0L : member.load()) + calls;
  }

  /** Makes no more calls; those that run end first. */
  void drop() {
    boolean isIdle;
    synchronized (this) {
      isDropped = true;
      isIdle = calls == 0;
    }
    if (isIdle) {
      close();
    }
  }

  /** Cuts the connection; one that is just being opened is cut when it is there. */
  @Override
  public void close() {
    isClosed = true;
    ServerConnection last = connection;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }

  private static Pin pinOf(Member listed) {
    String name = listed.principal().substring(listed.principal().indexOf(':') + 1);
    return new Pin(new Principal(name, Role.SERVER), listed.keyId());
  }

  private ServerConnection connection() throws AttemptFailedException {
    Lead lead = lead();
    Optional<Pin> pin = lead.pin();
    synchronized (connecting) {
      ServerConnection last = connection;
      boolean isOthers = last != null && pin.isPresent() && !last.isTo(pin.get());
      if (isOthers) {
        last.close();
      }
      if (last == null || isOthers || last.isClosed() && !isClosed) {
        last = open(lead);
        connection = last;
      }
      if (isClosed) {
        last.close();
      }
      return last;
    }
  }

  private ServerConnection open(Lead lead) throws AttemptFailedException {
    try {
      return connector.connect(address, lead);
    } catch (IOException e) {
      throw new AttemptFailedException(Ran.NEVER, CallFailure.unasked(address.toString(), e));
    }
  }

  private synchronized void enter() throws AttemptFailedException {
    if (isDropped) {
      throw new AttemptFailedException(
          Ran.NEVER, new TransferException(Code.UNREACHABLE, address + ": is no member any more"));
    }
    calls++;
  }

  /**
   * Ends a call.
   *
   * @param answered over which it was answered, if only by what the object threw; null if not
   */
  private void leave(ServerConnection answered) {
    boolean isLast;
    synchronized (this) {
      calls--;
      if (answered != null) {
        lastCall = new LastCall(answered, System.nanoTime());
      }
      isLast = isDropped && calls == 0;
    }
    if (isLast) {
      close();
    }
  }
}
