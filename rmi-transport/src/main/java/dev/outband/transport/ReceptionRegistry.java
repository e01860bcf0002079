package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.FurtherStream;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.FurtherTicket;
import dev.outband.transport.wire.LookupTag;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receptions of a process, by the tag that a dialer names: those that wait for their dialer,
 * and those that have a connection.
 *
 * <p>A reception calls {@link #list}, {@link #keep}, {@link #serve} and {@link #unlist} in its own
 * lock, so that they come in the order of its states, of which none follows a receipt. The registry
 * calls nobody else's code from there.
 */
final class ReceptionRegistry implements Receptions {

  private final Settings settings;
  private final LongSupplier clockNs;
  private final SecureRandom random;

  /** Those that a dialer finds. */
  private final Map<LookupTag, ActiveReception> byTag = new ConcurrentHashMap<>();

  /** Those among them that have no connection, and expire. */
  private final Set<ActiveReception> waiting = ConcurrentHashMap.newKeySet();

  /** Those with a receipt, which their dialers still find, about in the order of its end. */
  private final Queue<ActiveReception> received = new ConcurrentLinkedQueue<>();

  /** All that have not ended, by the ids of their tickets. */
  private final Map<UUID, ActiveReception> byId = new ConcurrentHashMap<>();

  /** All that have not ended, waiting or not. */
  private final AtomicInteger open = new AtomicInteger();

  private static final Logger LOG = LoggerFactory.getLogger(ReceptionRegistry.class);

  private final DiskThreads disk;
  private final Runnable whenFirst;
  private final AtomicBoolean watched = new AtomicBoolean();

  /** Whether one was listed since the last look. */
  private volatile boolean listed;

  private final Runnable whenEnded;
  private volatile List<Endpoint> endpoints = List.of();
  private volatile LongConsumer whenOpened = bytes -> {};
  private volatile BiConsumer<ReceptionStub, Confirmation> whenDelivered = (stub, bytes) -> {};
  private volatile boolean draining;

  ReceptionRegistry(
      Settings settings,
      LongSupplier clockNs,
      SecureRandom random,
      DiskThreads disk,
      Runnable whenFirst,
      Runnable whenEnded) {
    this.settings = settings;
    this.clockNs = clockNs;
    this.random = random;
    this.disk = disk;
    this.whenFirst = whenFirst;
    this.whenEnded = whenEnded;
  }

  void advertise(List<Endpoint> candidates) {
    endpoints = List.copyOf(candidates);
  }

  /** Sets what hears how many bytes a reception gets that was just opened, negative if unknown. */
  void whenOpened(LongConsumer listener) {
    whenOpened = listener;
  }

  /** Sets what puts the bytes of a confirmation where they belong. */
  void whenDelivered(BiConsumer<ReceptionStub, Confirmation> delivery) {
    whenDelivered = delivery;
  }

  void deliver(ReceptionStub stub, Confirmation confirmation) {
    whenDelivered.accept(stub, confirmation);
  }

  void opened(long bytes) {
    whenOpened.accept(bytes);
  }

  @Override
  public ReceptionSeries series(Sink sink) {
    return takesSeveralStreams(sink, Long.MAX_VALUE)
        ? new JoinedSeries(this, sink, settings.streams())
        : new WholeSeries(this::open, sink);
  }

  @Override
  public Reception open(Sink sink, long byteLimit, Protection floor) throws TransferException {
    if (takesSeveralStreams(sink, byteLimit)) {
      return openJoined(sink, byteLimit, floor);
    }
    ActiveReception reception = prepare(sink, byteLimit, floor);
    admit(reception);
    return reception;
  }

  private boolean takesSeveralStreams(Sink sink, long byteLimit) {
    return settings.streams() > 1
        && sink.takesStripes()
        && Math.min(sink.limit(), byteLimit) >= Tickets.SPREAD_FROM_BYTES;
  }

  private Reception openJoined(Sink sink, long byteLimit, Protection floor)
      throws TransferException {
    Stripes stripes = Stripes.joined(sink, settings.streams(), false);
    ActiveReception first = prepare(new StripeSink(stripes, 0), byteLimit, floor);
    List<ActiveReception> parts = new ArrayList<>();
    parts.add(first);
    for (int i = 1; i < settings.streams(); i++) {
      parts.add(prepareFurther(first, new StripeSink(stripes, i)));
    }
    JoinedReception joined = new JoinedReception(stripes, parts, StripedTransfer::joined);
    joined.open(this);
    return joined;
  }

  /** Makes a reception that no dialer finds before it is {@link #admit admitted}. */
  ActiveReception prepare(Sink sink, long byteLimit, Protection floor) throws TransferException {
    long limit = Math.min(byteLimit, sink.limit());
    Held held = sink.held();
    if (held.bytes() > limit) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes must be at most " + limit + ", and the sink holds " + held.bytes());
    }
    Ticket ticket =
        new Ticket(
            UUID.randomUUID(),
            Secret.random(random),
            Direction.TO_LISTENER,
            Floors.ofTicket(floor, Floors.ofTicket(sink.floor(), settings.floor())),
            limit,
            held.bytes(),
            held.contentTag(),
            sink.stream(),
            sink.streams());
    ReceptionStub stub = new ReceptionStub(endpoints, ticket);
    return new ActiveReception(() -> stub, sink, this);
  }

  /** The same for a further stream of an object; its ticket is derived from the first's. */
  ActiveReception prepareFurther(ActiveReception first, Sink sink) {
    FurtherStream stream = further(sink);
    return new ActiveReception(
        () -> {
          ReceptionStub stub = first.stub();
          return new ReceptionStub(stub.endpoints(), FurtherTicket.of(stub.ticket(), stream));
        },
        sink,
        this);
  }

  /** What a sink is to a stub that offers to fill it beside others. */
  static FurtherStream further(Sink sink) {
    return new FurtherStream(sink.stream(), sink.streams(), sink.held().bytes());
  }

  /** Lets dialers find a reception, if there is room for it. May run tasks of an event loop. */
  void admit(ActiveReception reception) throws TransferException {
    if (draining) {
      throw new TransferException(Code.SHUTTING_DOWN, "this process takes no new transfers");
    }
    if (open.incrementAndGet() > settings.maxReceptions()) {
      open.decrementAndGet();
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "receptions at once must be at most " + settings.maxReceptions());
    }
    enlist(reception);
    if (draining) {
      // Those that wait may have been ended before it was among them.
      reception.end(shuttingDown());
    }
  }

  /** The same for a part of what has been admitted, and opened: there is room for it. */
  void admitFurther(ActiveReception part) {
    open.incrementAndGet();
    enlist(part);
  }

  private void enlist(ActiveReception reception) {
    UUID id = reception.id();
    byId.put(id, reception);
    reception
        .receipt()
        .whenComplete(
            (receipt, failure) -> {
              byId.remove(id);
              open.decrementAndGet();
              whenEnded.run();
            });
    reception.advertise(clockNs.getAsLong() + settings.deadlines().ticketNs());
    watch();
  }

  /** Lets dialers find it, until it expires; {@link #watch} then, outside of its lock. */
  void list(ActiveReception reception) {
    byTag.put(reception.tag(), reception);
    waiting.add(reception);
    listed = true;
  }

  /** Lets the dialer of one that has its receipt find it until that is no longer kept. */
  void keep(ActiveReception reception) {
    received.add(reception);
    listed = true;
  }

  /** Has the expiry of what was listed watched over. May run tasks of an event loop. */
  void watch() {
    if (watched.compareAndSet(false, true)) {
      whenFirst.run();
    }
  }

  /** A dialer has found it and proven itself: it does not wait any more. */
  void serve(ActiveReception reception) {
    waiting.remove(reception);
  }

  /** Dialers do not find it any more. */
  void unlist(ActiveReception reception) {
    waiting.remove(reception);
    byTag.remove(reception.tag(), reception);
  }

  /** Drops what a sink has, then goes on. */
  void drop(Sink sink, Runnable then) {
    disk.run(
        sink::drop,
        then,
        e -> {
          LOG.warn("a sink could not be cleaned up, reason={}", e.toString());
          then.run();
        });
  }

  /** The reception that waits, or has a connection, under a tag; null if there is none. */
  ActiveReception find(LookupTag tag) {
    return byTag.get(tag);
  }

  /** The reception that a stub opens; null if it is none of this process's, or has ended. */
  ActiveReception find(ReceptionStub stub) {
    ActiveReception found = byId.get(stub.ticket().id());
    return found != null && found.stub().ticket().secret().equals(stub.ticket().secret())
        ? found
        : null;
  }

  /**
   * Whether the expiry of those that wait is to be watched; until one look after the last was
   * listed, so that many short waits in turn need not wake the watch each. For the one thread that
   * watches.
   */
  boolean isToBeWatched() {
    if (hasWaiting() || listed) {
      listed = false;
      return true;
    }
    watched.set(false);
    // One that was listed just now found it watched.
    if (hasWaiting()) {
      watched.set(true);
      return true;
    }
    return false;
  }

  private boolean hasWaiting() {
    return !waiting.isEmpty() || !received.isEmpty();
  }

  /** Receptions that a dialer has opened and that have not ended. */
  int running() {
    long neverOpened = waiting.stream().filter(reception -> !reception.wasInterrupted()).count();
    return open.get() - (int) neverOpened;
  }

  void expire(long nowNs) {
    for (ActiveReception reception : waiting) {
      if (nowNs - reception.expiresNs() >= 0) {
        reception.expire(nowNs, expired());
      }
    }
    ActiveReception oldest = received.peek();
    while (oldest != null && nowNs - oldest.expiresNs() >= 0) {
      if (received.remove(oldest)) {
        unlist(oldest);
      }
      oldest = received.peek();
    }
  }

  /** Gives it up if its time to be opened is over at this moment. */
  void expireUnlessOpened(ActiveReception reception) {
    long nowNs = clockNs.getAsLong();
    if (nowNs - reception.expiresNs() >= 0 && !reception.wasOpened()) {
      reception.expire(nowNs, expired());
    }
  }

  /** Why a reception that nobody opened in time is not to be had. */
  TransferException expired() {
    return new TransferException(
        Code.EXPIRED,
        "nobody opened the reception within "
            + settings.deadlines().ticketNs() / 1_000_000
            + " ms");
  }

  void drain() {
    draining = true;
  }

  void closeWaiting() {
    draining = true;
    for (ActiveReception reception : waiting) {
      reception.end(shuttingDown());
    }
  }

  private static TransferException shuttingDown() {
    return new TransferException(Code.SHUTTING_DOWN, "the receiving process shuts down");
  }
}
