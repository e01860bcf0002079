package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Endpoint;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.CipherWarmUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A process's part in moving data: one data port and a few event loops, whatever the number of
 * transfers.
 *
 * <p>The façades of server and client make one; use it directly only to build a façade of your own.
 * Safe for use by several threads.
 */
public final class DataPlane implements AutoCloseable {

  private static final long WARM_UP_FROM_BYTES = 1 << 20;

  /** The same of many objects together. */
  private static final long WARM_UP_FROM_ALL_BYTES = 16 << 20;

  private final Settings settings;
  private final SecureRandom random = new SecureRandom();
  private final List<EventLoop> loops = new ArrayList<>();
  private final AtomicInteger nextLoop = new AtomicInteger();
  private final Set<ActiveTransmission> transmissions = ConcurrentHashMap.newKeySet();
  private final WaitingConnections<WarmSession> warmDialed;
  private final WaitingConnections<ListenerSession> warmAccepted;
  private final Unproven unproven;
  private final ReceptionRegistry registry;
  private final SinkThreads threads;
  private final InetSocketAddress address;

  /** Notified when a transfer has ended. */
  private final Object ending = new Object();

  private final Thread warmUp;
  private final Thread speedUp;
  private final AesGcm aes;
  private final AtomicBoolean warmingUp = new AtomicBoolean();
  private final AtomicBoolean speedingUp = new AtomicBoolean();

  /** Of objects that are not large. */
  private final AtomicLong announcedBytes = new AtomicLong();

  private volatile boolean draining;
  private volatile boolean closing;

  DataPlane(Settings settings, LongSupplier clockNs) throws IOException {
    this.settings = settings;
    this.aes = new AesGcm(settings.nativeAes());
    this.warmDialed =
        new WaitingConnections<>(
            settings.maxWarm(), settings.maxWarmForAddress(), WarmSession::isBeside);
    this.warmAccepted = new WaitingConnections<>(settings.maxWarm());
    this.unproven = new Unproven(settings.maxUnproven());
    this.threads = new SinkThreads(settings.name());
    this.registry =
        new ReceptionRegistry(
            settings, clockNs, random, threads.disk(), this::wakeWatch, this::oneEnded);
    DataPort port = new DataPort(this, settings.bind());
    this.address = port.address();
    registry.advertise(advertised(settings, address));
    registry.whenOpened(this::warmUpFor);
    registry.whenDelivered(this::deliver);
    int count = Math.min(Runtime.getRuntime().availableProcessors(), DataPlaneBuilder.MAX_LOOPS);
    for (int i = 0; i < count; i++) {
      loops.add(new EventLoop(settings.name() + "-loop-" + i, settings.segmentBytes(), clockNs));
    }
    port.register(loops.get(0));
    loops.forEach(EventLoop::start);
    warmUp = new Thread(() -> CipherWarmUp.run(() -> closing), settings.name() + "-warm-up");
    warmUp.setDaemon(true);
    speedUp = new Thread(this::chooseAes, settings.name() + "-speed-up");
    speedUp.setDaemon(true);
  }

  /**
   * Has the cipher compiled in the background, which takes a core for a fraction of a second, once.
   * Without this call it begins with the first object of 1 MiB or more, or of unknown length, or
   * with the first 16 MiB: right for a process that may end before it sees one. A process that will
   * live long calls this when it starts. Idempotent; does not block.
   */
  public void warmUp() {
    if (warmingUp.compareAndSet(false, true)) {
      warmUp.start();
    }
  }

  /** What segments are sealed and opened with. */
  AesGcm aes() {
    return aes;
  }

  /**
   * Native AES-GCM is for the objects behind the first large one, or the first many, which do not
   * wait for it.
   */
  private void warmUpFor(long bytes) {
    if (bytes < 0
        || bytes >= WARM_UP_FROM_BYTES
        || announcedBytes.addAndGet(bytes) >= WARM_UP_FROM_ALL_BYTES) {
      warmUp();
      if (speedingUp.compareAndSet(false, true)) {
        speedUp.start();
      }
    }
  }

  private void chooseAes() {
    try {
      warmUp.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!closing) {
      aes.choose();
    }
  }

  private static List<Endpoint> advertised(Settings settings, InetSocketAddress bound) {
    if (!settings.advertise().isEmpty()) {
      return settings.advertise();
    }
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(Endpoint.observed(bound.getPort()));
    if (!bound.getAddress().isAnyLocalAddress()) {
      endpoints.add(new Endpoint(bound.getAddress().getHostAddress(), bound.getPort()));
    }
    return endpoints;
  }

  /**
   * Starts to describe a data plane.
   *
   * @return a builder
   */
  public static DataPlaneBuilder builder() {
    return new DataPlaneBuilder();
  }

  /**
   * Where the data port listens.
   *
   * @return the bound address
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Where this process allocates receptions.
   *
   * @return the same at every call
   */
  public Receptions receptions() {
    return registry;
  }

  /**
   * What to pass in a call whose result is a {@link Confirmation} that {@link #deliver} will get: a
   * stub that lets a short object come with it. More than {@link dev.outband.api.Payload#MAX_BYTES}
   * come ahead of the reply: who makes the call {@linkplain dev.outband.security.BytesAhead#expect
   * expects} them, or narrows the offer.
   *
   * @param stub of a reception of this data plane
   * @return the stub with {@link ReceptionStub#inbandBytes} of what the plane, the sink and the
   *     ticket take; 0 for a reception whose rate is limited or whose stub advertises other
   *     endpoints than this plane's, and for one of another plane no more than a confirmation
   *     brings
   */
  public ReceptionStub offerInband(ReceptionStub stub) {
    ActiveReception reception = registry.find(stub);
    if (reception == null) {
      return stub.withInband(Math.min(stub.inbandBytes(), Payload.MAX_BYTES));
    }
    boolean takes =
        reception.sink.takesInband()
            && !reception.rateLimit.isSet()
            && stub.endpoints().equals(reception.stub().endpoints());
    long left = Math.max(1, stub.ticket().byteLimit() - stub.ticket().offset());
    return stub.withInband(takes ? (int) Math.min(settings.inbandBytes(), left) : 0);
  }

  /**
   * Puts what rides in a confirmation into the sink of its reception, at once and on this thread;
   * may block on the disk. How that ends, the reception tells. Does nothing if the bytes travel
   * elsewhere, or were delivered before. What keeps the bytes whole on their way is the TLS of the
   * call, so the confirmation must be the call's own answer.
   *
   * @param stub of the reception that the confirmation answers
   * @param confirmation what the call answered
   */
  public void deliver(ReceptionStub stub, Confirmation confirmation) {
    deliver(stub, confirmation, confirmation.payload().view());
  }

  /**
   * As {@link #deliver(ReceptionStub, Confirmation)}, of bytes that came {@linkplain
   * dev.outband.security.BytesAhead ahead} of the confirmation.
   *
   * @param stub of the reception that the confirmation answers
   * @param confirmation what the call answered
   * @param ahead what came ahead of it for this reception, and nothing else; not used any more when
   *     this method has returned
   */
  public void deliver(ReceptionStub stub, Confirmation confirmation, ByteBuffer ahead) {
    ActiveReception reception = registry.find(stub);
    if (confirmation.mode() == Mode.INBAND && reception != null) {
      new InbandDelivery(this, reception).deliver(confirmation, ahead);
    }
  }

  /**
   * The transfer into a reception of this data plane.
   *
   * @param stub what opens the reception
   * @return the transfer, which may not have begun; empty if it has ended, or the reception is none
   *     of this data plane's
   */
  public Optional<Transfer> transferOf(ReceptionStub stub) {
    return Optional.ofNullable(registry.find(stub)).map(ActiveReception::whole);
  }

  /**
   * What sends into receptions of others.
   *
   * @param peers whose endpoints may be dialed, most likely first; asked on the calling thread at
   *     each transmission
   * @return a transmitter
   */
  public Transmitter transmitter(Supplier<List<InetAddress>> peers) {
    return new Dialer(this, peers);
  }

  /** Takes no new transfers from now on: they fail with {@link Code#SHUTTING_DOWN}. */
  public void refuse() {
    draining = true;
    registry.drain();
  }

  /**
   * Takes no new transfers from now on and waits for those that run. Blocks.
   *
   * @param limit how long to wait
   * @return whether all have ended
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean drain(Duration limit) throws InterruptedException {
    refuse();
    warmDialed.close();
    warmAccepted.close();
    long endNs = System.nanoTime() + limit.toNanos();
    synchronized (ending) {
      for (long leftNs = limit.toNanos(); running() > 0; leftNs = endNs - System.nanoTime()) {
        if (leftNs <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(ending, leftNs);
      }
    }
    return true;
  }

  /**
   * How many transfers run: a transmission has been asked for, or a reception was opened, and it
   * has not ended. Does not block.
   *
   * @return 0 or more
   */
  public int running() {
    return transmissions.size() + registry.running();
  }

  /**
   * Ends every transfer with {@link Code#SHUTTING_DOWN}, closes the data port and ends the threads.
   * Blocks until all of that is done. Idempotent.
   */
  @Override
  public void close() {
    draining = true;
    closing = true;
    warmDialed.close();
    warmAccepted.close();
    unproven.close();
    registry.closeWaiting();
    loops.forEach(EventLoop::close);
    // Those that lost their connection meanwhile wait for another one, or are about to dial it.
    registry.closeWaiting();
    transmissions.forEach(
        transmission ->
            transmission.end(
                new TransferException(Code.SHUTTING_DOWN, "the data plane was closed")));
    // Another thread may run what was given to a loop that has ended, here and from the disk.
    loops.forEach(EventLoop::awaitTasks);
    threads.close();
    loops.forEach(EventLoop::awaitTasks);
  }

  Settings settings() {
    return settings;
  }

  ReceptionRegistry registry() {
    return registry;
  }

  SecureRandom random() {
    return random;
  }

  /** The loop with the least to do; among equals each in turn. */
  EventLoop nextLoop() {
    int first = nextLoop.getAndIncrement();
    EventLoop best = null;
    for (int i = 0; i < loops.size(); i++) {
      EventLoop loop = loops.get(Math.floorMod(first + i, loops.size()));
      if (best == null || loop.busy() < best.busy()) {
        best = loop;
      }
    }
    return best;
  }

  ActiveTransmission launch(
      Ticket ticket,
      Source source,
      List<ActiveTransmission.Candidate> candidates,
      long bytesPerSecond,
      boolean isHeld)
      throws TransferException {
    requireOpen(ticket);
    warmUpFor(source.length());
    EventLoop loop = nextLoop();
    WarmSession warm = takeWarm(candidates, loop.busy());
    ActiveTransmission transmission =
        new ActiveTransmission(
            this, warm == null ? loop : warm.connection().loop, ticket, source, candidates);
    transmission.limitRate(bytesPerSecond);
    if (isHeld) {
      transmission.hold();
    }
    transmissions.add(transmission);
    transmission.launch(warm);
    return transmission;
  }

  /** Whether fewer transmissions run than there are loops to run them. */
  boolean hasIdleLoops() {
    return transmissions.size() < loops.size();
  }

  /** A connection that waits at one of the endpoints, on a loop that has no more to do than so. */
  private WarmSession takeWarm(List<ActiveTransmission.Candidate> candidates, int busyAtMost) {
    return warmDialed.take(
        one ->
            one.connection().loop.busy() <= busyAtMost
                && candidates.stream().anyMatch(known -> known.address().equals(one.peer())));
  }

  /** Those that this process dialed. */
  WaitingConnections<WarmSession> warmDialed() {
    return warmDialed;
  }

  /** Those that others dialed. */
  WaitingConnections<ListenerSession> warmAccepted() {
    return warmAccepted;
  }

  /** Those that others dialed and that have not proven themselves. */
  Unproven unproven() {
    return unproven;
  }

  /** What sources and sinks run on. */
  SinkThreads threads() {
    return threads;
  }

  void requireOpen(Ticket ticket) throws TransferException {
    if (draining) {
      throw new TransferException(
          Code.SHUTTING_DOWN, "this process takes no new transfers", ticket.id(), null);
    }
  }

  void transmissionEnded(ActiveTransmission ended) {
    transmissions.remove(ended);
    oneEnded();
  }

  private void oneEnded() {
    synchronized (ending) {
      ending.notifyAll();
    }
  }

  private void wakeWatch() {
    loops.get(0).execute(() -> {});
  }
}
