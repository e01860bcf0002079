package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.LookupTag;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reception from its ticket to its receipt. The connection that has proven itself drives it;
 * before that, and after the end, it needs no thread and no socket.
 */
final class ActiveReception implements Reception, Transfer {

  private static final Logger LOG = LoggerFactory.getLogger(ActiveReception.class);

  final Sink sink;

  /** Null until it is asked for, as the stub: a further stream's mostly is not. */
  private volatile LookupTag tag;

  private volatile ReceptionStub stub;
  private final Supplier<ReceptionStub> lateStub;
  private final ReceptionRegistry registry;

  /** What it is a part of; itself if of nothing. Set before dialers find it. */
  private volatile Transfer whole = this;

  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

  /** Guarded by this. */
  private ReceptionState state = ReceptionState.ADVERTISED;

  /** What brings the bytes. */
  interface Driver {

    /** Gives it up, telling the other end. */
    void end(TransferException why);
  }

  /** Guarded by this; null until a dialer has proven itself. */
  private Driver session;

  /** Guarded by this; why it is without a connection, null before it had one. */
  private TransferException interruption;

  /** Guarded by this; why its connection was told to end it, null before that. */
  private TransferException ending;

  /** Guarded by this; what the one transmission asked for. */
  private OpenRequest transmission;

  private volatile long expiresNs;

  final RateLimit rateLimit = new RateLimit();

  /**
   * Of every connection that was accepted: the dialer confirms the first one whose acceptance
   * reached it.
   */
  private final Set<String> bindings = ConcurrentHashMap.newKeySet();

  private volatile OpenRequest opened;
  private volatile Mode mode = Mode.ACTIVE;
  private volatile long bytes;
  private volatile long totalBytes = Confirmation.UNKNOWN_LENGTH;
  private volatile long startedNs;

  /**
   * Makes one that no dialer finds yet.
   *
   * @param lateStub asked for the stub when it is needed, by any thread; the same at every call
   */
  ActiveReception(Supplier<ReceptionStub> lateStub, Sink sink, ReceptionRegistry registry) {
    this.lateStub = lateStub;
    this.sink = sink;
    this.registry = registry;
  }

  @Override
  public ReceptionStub stub() {
    ReceptionStub known = stub;
    if (known == null) {
      known = lateStub.get();
      stub = known;
    }
    return known;
  }

  @Override
  public Transfer transfer() {
    return this;
  }

  /** What a dialer finds it by. */
  LookupTag tag() {
    LookupTag known = tag;
    if (known == null) {
      known = LookupTag.of(stub().ticket().secret());
      tag = known;
    }
    return known;
  }

  /** The transfer of the whole object, whatever part of it this takes. */
  Transfer whole() {
    return whole;
  }

  void isPartOf(Transfer other) {
    whole = other;
  }

  @Override
  public UUID id() {
    return stub().ticket().id();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long totalBytes() {
    return totalBytes;
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return copy(receipt);
  }

  /**
   * A stage of the caller's own, which gives the failure as it is and not inside a
   * CompletionException.
   */
  static CompletionStage<Receipt> copy(CompletableFuture<Receipt> receipt) {
    CompletableFuture<Receipt> copy = new CompletableFuture<>();
    CompletableFuture<Receipt> unused =
        receipt.whenComplete(
            (good, failure) -> {
              if (failure == null) {
                copy.complete(good);
              } else {
                copy.completeExceptionally(failure);
              }
            });
    return copy;
  }

  @Override
  public Receipt await(Confirmation confirmation) throws TransferException, InterruptedException {
    confirm(confirmation);
    return get(receipt, id());
  }

  @Override
  public void confirm(Confirmation confirmation) throws TransferException {
    OpenRequest ours = opened;
    if (ours == null && confirmation.mode() == Mode.INBAND) {
      registry.deliver(stub(), confirmation);
      ours = opened;
    }
    try {
      if (ours != null) {
        requireConfirmed(confirmation, ours);
      } else if (!hasEnded()) {
        throw new TransferException(Code.NOT_PROVEN, "confirmed without a data connection");
      }
    } catch (TransferException e) {
      cancel(e.getMessage());
      throw new TransferException(e.code(), e.getMessage(), id(), null);
    }
  }

  private void requireConfirmed(Confirmation confirmation, OpenRequest ours)
      throws TransferException {
    if (!confirmation.transferId().equals(id()) || !bindings.contains(confirmation.binding())) {
      throw new TransferException(
          Code.NOT_PROVEN, "the confirmation is of another data connection");
    }
    Floors.requireConfirmed(confirmation.protection(), ours.protection(), stub().ticket());
  }

  private synchronized boolean hasEnded() {
    return state.isEnd();
  }

  /** Waits for a receipt and throws what stands in for it, with a stack of the waiting thread. */
  static Receipt get(CompletableFuture<Receipt> receipt, UUID id)
      throws TransferException, InterruptedException {
    try {
      return receipt.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransferException failure) {
        throw new TransferException(failure.code(), failure.getMessage(), id, failure);
      }
      throw new TransferException(Code.INTERNAL, "the transfer failed", id, e.getCause());
    }
  }

  @Override
  public void close() {
    if (!hasEnded()) {
      cancel("the reception was closed");
    }
  }

  @Override
  public void limitRate(long bytesPerSecond) {
    rateLimit.set(bytesPerSecond);
  }

  @Override
  public void cancel(String reason) {
    end(new TransferException(Code.CANCELLED, reason));
  }

  /** Ends it from outside of its connection, unless it has ended. */
  void end(TransferException why) {
    Driver driving;
    synchronized (this) {
      if (state.isEnd()) {
        return;
      }
      driving = session;
      if (driving == null) {
        transitionTo(ReceptionState.ABORTED, why.getMessage());
        registry.unlist(this);
      } else if (ending == null) {
        ending = why;
      }
    }
    if (driving == null) {
      registry.drop(sink, () -> receipt.completeExceptionally(why));
    } else {
      driving.end(why);
    }
  }

  /** Is found no more after its time, and given up, unless a dialer came at the last moment. */
  void expire(long nowNs, TransferException why) {
    TransferException reason;
    synchronized (this) {
      boolean isServed = session != null && !state.isEnd();
      if (isServed || nowNs - expiresNs < 0) {
        return;
      }
      registry.unlist(this);
      if (state.isEnd()) {
        return;
      }
      reason = interruption == null ? why : interruption;
      transitionTo(ReceptionState.EXPIRED, reason.getMessage());
    }
    registry.drop(sink, () -> receipt.completeExceptionally(reason));
  }

  /** Lets dialers find it until then, unless it has ended. */
  synchronized void advertise(long untilNs) {
    if (!state.isEnd()) {
      expiresNs = untilNs;
      registry.list(this);
    }
  }

  /** When it is given up unless a dialer comes. */
  long expiresNs() {
    return expiresNs;
  }

  /**
   * Its connection is gone; another one may go on where it stopped, unless it was to end anyway and
   * the connection was lost before it heard of that.
   */
  void interrupted(TransferException why, long untilNs) {
    TransferException wanted;
    synchronized (this) {
      wanted = ending;
      if (wanted == null) {
        transitionTo(ReceptionState.ADVERTISED, why.getMessage());
        registry.list(this);
      } else {
        transitionTo(ReceptionState.ABORTED, wanted.getMessage());
        registry.unlist(this);
      }
      session = null;
      interruption = why;
      expiresNs = untilNs;
    }
    if (wanted != null) {
      registry.drop(sink, () -> receipt.completeExceptionally(wanted));
      return;
    }
    LOG.info(
        "interrupted, transfer={}, bytes={}, code={}, reason={}",
        id(),
        bytes,
        why.code(),
        why.getMessage());
    registry.watch();
  }

  /** Whether a dialer with the ticket was let in. */
  synchronized boolean wasOpened() {
    return transmission != null;
  }

  /** Whether its time was over before a dialer with the ticket came. */
  synchronized boolean hasExpiredUnopened() {
    return state == ReceptionState.EXPIRED && transmission == null;
  }

  synchronized boolean wasInterrupted() {
    return interruption != null;
  }

  /**
   * A dialer has proven that it holds the ticket: the first transmission gets the reception, no
   * other ever does. The same one may come again when its connection was lost, also to ask for the
   * receipt. A ticket whose time is over opens nothing, whether that was noticed before or not.
   */
  boolean claim(Driver by, OpenRequest request) {
    registry.expireUnlessOpened(this);
    return take(by, request);
  }

  private synchronized boolean take(Driver by, OpenRequest request) {
    if (transmission != null && !transmission.equals(request)) {
      return false;
    }
    if (state == ReceptionState.COMPLETED) {
      return transmission != null;
    }
    if (state != ReceptionState.ADVERTISED) {
      return false;
    }
    if (transmission == null) {
      sink.announced(request);
    }
    transmission = request;
    session = by;
    transitionTo(ReceptionState.CONNECTED, "a dialer holds the ticket");
    transitionTo(ReceptionState.PROVEN, "both ends are proven");
    registry.serve(this);
    return true;
  }

  /** Whether a transmission comes again while an earlier connection of it is still served. */
  synchronized boolean isServing(OpenRequest request) {
    return state == ReceptionState.STREAMING && request.equals(transmission);
  }

  /** Its connection has been given up at the other end. */
  void lost(TransferException why) {
    Driver driving;
    synchronized (this) {
      driving = session;
    }
    if (driving != null) {
      driving.end(why);
    }
  }

  void streaming(Opened now, long nowNs) {
    synchronized (this) {
      transitionTo(ReceptionState.STREAMING, "accepted");
    }
    bindings.add(now.keys().binding());
    if (opened != null) {
      return;
    }
    begins(now.request(), nowNs);
    registry.opened(totalBytes);
  }

  /** The bytes came with the confirmation. */
  void delivering(Confirmation confirmation, long nowNs) {
    synchronized (this) {
      transitionTo(ReceptionState.STREAMING, "the bytes came with the reply");
    }
    mode = Mode.INBAND;
    bindings.add(confirmation.binding());
    begins(transmission(), nowNs);
  }

  private synchronized OpenRequest transmission() {
    return transmission;
  }

  private void begins(OpenRequest object, long nowNs) {
    startedNs = nowNs;
    long carried = object.stripe().bytes();
    totalBytes = carried < 0 ? carried : carried - object.offset();
    opened = object;
  }

  void verified(long count) {
    bytes = count;
  }

  /**
   * The sink has all bytes. Until the time given a transmitter that missed the receipt may ask for
   * it again.
   */
  void completed(String digest, long nowNs, long receiptUntilNs) {
    boolean again = receiptUntilNs > nowNs;
    synchronized (this) {
      transitionTo(ReceptionState.COMPLETED, "the sink has all bytes");
      if (again) {
        expiresNs = receiptUntilNs;
        registry.keep(this);
      } else {
        registry.unlist(this);
      }
    }
    if (again) {
      registry.watch();
    }
    Receipt good =
        new Receipt(
            id(),
            opened.offset() + bytes,
            opened.offset(),
            digest,
            Duration.ofNanos(nowNs - startedNs),
            mode,
            opened.protection());
    LOG.info(
        "received, transfer={}, bytes={}, durationMs={}", id(), bytes, good.duration().toMillis());
    receipt.complete(good);
  }

  /** The connection has ended in failure and everything is cleaned up. */
  void failed(TransferException why) {
    synchronized (this) {
      if (!state.isEnd()) {
        transitionTo(ReceptionState.ABORTED, why.getMessage());
        registry.unlist(this);
      }
    }
    LOG.warn(
        "reception failed, transfer={}, bytes={}, code={}, reason={}",
        id(),
        bytes,
        why.code(),
        why.getMessage());
    receipt.completeExceptionally(why);
  }

  synchronized boolean isCompleted() {
    return state == ReceptionState.COMPLETED;
  }

  private void transitionTo(ReceptionState next, String reason) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "a reception cannot go from " + state + " to " + next + ", transfer=" + id());
    }
    LOG.debug("reception, transfer={}, from={}, to={}, reason={}", id(), state, next, reason);
    state = next;
  }
}
