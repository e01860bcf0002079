package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Receipt;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.commons.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transmission from its first candidate endpoint to its receipt. Confined to its loop's thread
 * but for what is volatile.
 */
final class ActiveTransmission implements Transmission {

  private static final Logger LOG = LoggerFactory.getLogger(ActiveTransmission.class);

  /** Between two attempts to reopen a connection. */
  private static final long REDIAL_NS = 50_000_000;

  /** How long a warm connection may be silent before a new one is dialed instead. */
  private static final long WARM_ANSWER_NS = 1_000_000_000;

  /** A connection that opens, or is open, for a transmission. */
  interface Attempt {

    /** Gives it up, telling the other end if it is proven. */
    void fail(TransferException why);

    /** Bytes may be moved now that were {@linkplain ActiveTransmission#hold held}. */
    default void released() {}
  }

  /** One endpoint to try, as advertised and as resolved. */
  record Candidate(Endpoint endpoint, InetSocketAddress address) {}

  private final DataPlane plane;
  private final EventLoop loop;
  private final Ticket ticket;
  private final Source source;
  private final OpenRequest request;
  private final Candidates candidates;
  private final CompletableFuture<Confirmation> confirmed = new CompletableFuture<>();
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private TransmissionState state = TransmissionState.REQUESTED;
  private Attempt attempt;

  /** It was told to end. */
  private boolean isEnding;

  private TransferException loss;
  private long startedAt;
  private long startedAtLoss;
  private long reopenByNs;
  private long openByNs;
  private long startedNs;
  private final RateLimit rateLimit = new RateLimit();
  private volatile long bytes;

  ActiveTransmission(
      DataPlane plane, EventLoop loop, Ticket ticket, Source source, List<Candidate> candidates) {
    this.plane = plane;
    this.loop = loop;
    this.ticket = ticket;
    this.source = source;
    this.candidates = new Candidates(candidates);
    this.request =
        new OpenRequest(
            Floors.toSend(ticket.floor(), plane.settings().floor()),
            Direction.TO_LISTENER,
            source.length(),
            ticket.offset(),
            ticket.stream(),
            Tickets.streams(ticket, source),
            UUID.randomUUID(),
            plane.settings().segmentBytes(),
            source.contentTag());
  }

  /**
   * Starts.
   *
   * @param warm a connection to one of the candidates, on the transmission's loop, or null
   */
  void launch(WarmSession warm) {
    loop.execute(() -> start(warm));
  }

  private void start(WarmSession warm) {
    if (loop.isClosed()) {
      end(new TransferException(Code.SHUTTING_DOWN, "this process takes no new transfers"));
      return;
    }
    openByNs = loop.nowNs() + plane.settings().deadlines().openingNs();
    if (warm == null || warm.connection().isClosed()) {
      dialNext();
    } else {
      openWarm(warm.connection(), warm.peer());
    }
  }

  /** Opens a connection that has carried a transfer before, as if it had just been dialed. */
  private void openWarm(Connection connection, InetSocketAddress peer) {
    Endpoint endpoint = candidates.use(peer).endpoint();
    transitionTo(TransmissionState.DIALING, endpoint + ", over a warm connection");
    DialerSession dialer = new DialerSession(plane, connection, this, true);
    attempt = dialer;
    connection.use(dialer);
    connection.deadlineIn(Math.min(WARM_ANSWER_NS, openingShareNs() / 4));
    dialer.connected();
  }

  /**
   * The warm connection was of no use: its other end may have closed it, or died, or be another
   * process now. That says nothing of the endpoint, so it is dialed as if nothing had been.
   */
  void warmWasStale(TransferException why) {
    LOG.debug(
        "a warm connection was stale, transfer={}, endpoint={}, reason={}",
        id(),
        candidates.current().endpoint(),
        why.getMessage());
    attempt = null;
    dialNext();
  }

  /** The time that one more attempt may take of what is left for the opening. */
  long openingShareNs() {
    return (openByNs - loop.nowNs()) / (candidates.untried() + 1);
  }

  /** One that is to be dialed, to an address that the endpoint policy has admitted. */
  static Connection toDial(EventLoop loop) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new Connection(loop, channel);
    } catch (IOException e) {
      IOUtils.closeQuietly(channel);
      throw e;
    }
  }

  private void dialNext() {
    Candidate next = candidates.next();
    transitionTo(TransmissionState.DIALING, next.endpoint().toString());
    Connection connection;
    try {
      connection = toDial(loop);
    } catch (IOException e) {
      attemptFailed(
          new TransferException(Code.UNREACHABLE, String.valueOf(e.getMessage()), e), false);
      return;
    }
    DialerSession dialer = new DialerSession(plane, connection, this, false);
    attempt = dialer;
    connection.deadlineIn(openingShareNs());
    connection.dial(next.address(), dialer);
  }

  DialerOpening newOpening() {
    return new DialerOpening(ticket.secret(), plane.random());
  }

  OpenRequest request() {
    return request;
  }

  long byteLimit() {
    return ticket.byteLimit();
  }

  Source source() {
    return source;
  }

  void proving() {
    transitionTo(TransmissionState.PROVING, "connected");
  }

  void streaming(Attempt sending, Opened opened) {
    attempt = sending;
    transitionTo(TransmissionState.STREAMING, "both ends are proven");
    startedAt = opened.acceptance().offset();
    candidates.opened();
    if (confirmed.isDone()) {
      LOG.info("reopened, transfer={}, offset={}", id(), opened.acceptance().offset());
      return;
    }
    startedNs = loop.nowNs();
    confirmed.complete(
        new Confirmation(
            id(),
            Mode.ACTIVE,
            request.protection(),
            request.bytes(),
            request.stripe().start() + request.offset(),
            request.contentTag(),
            candidates.current().endpoint(),
            opened.keys().binding(),
            Payload.NONE));
  }

  void sent(long count) {
    bytes = count;
  }

  void awaitingReceipt() {
    transitionTo(TransmissionState.AWAITING_RECEIPT, "the last segment is sent");
  }

  /** The receipt on it is good: the connection may serve another transmission. */
  void keepWarm(Connection connection) {
    long warmNs = plane.settings().deadlines().warmNs();
    if (warmNs == 0) {
      connection.close();
    } else {
      new WarmSession(plane.warmDialed(), connection, candidates.current().address()).start(warmNs);
    }
  }

  void completed(Outcome outcome, long nowNs) {
    transitionTo(TransmissionState.COMPLETED, "receipt");
    source.close();
    Receipt good =
        new Receipt(
            id(),
            request.offset() + outcome.bytes(),
            request.offset(),
            outcome.digest(),
            Duration.ofNanos(nowNs - startedNs),
            Mode.ACTIVE,
            request.protection());
    LOG.info("sent, transfer={}, bytes={}, durationMs={}", id(), bytes, good.duration().toMillis());
    plane.transmissionEnded(this);
    receipt.complete(good);
  }

  /**
   * The listener has ended the current connection before its first word. It may have had to make
   * room for others, so its endpoint is dialed once more, after those that are untried, unless
   * connections are never reopened.
   */
  void attemptUnheard(TransferException why) {
    attemptFailed(why, false, loss == null && mayRedial() && candidates.tryAgain());
  }

  /**
   * The current connection is closed and has no receipt.
   *
   * @param asked whether the listener may have opened the reception for it
   */
  void attemptFailed(TransferException why, boolean asked) {
    attemptFailed(why, asked, false);
  }

  private void attemptFailed(TransferException why, boolean asked, boolean isAgain) {
    long nowNs = loop.nowNs();
    attempt = null;
    candidates.failed(why, isAgain);
    boolean opened =
        state == TransmissionState.STREAMING || state == TransmissionState.AWAITING_RECEIPT;
    if ((opened || loss == null && asked) && mayReopen(why)) {
      lost(why, nowNs);
      return;
    }
    if (loss != null && !opened) {
      reopenOrFail(why, nowNs, REDIAL_NS);
      return;
    }
    if (!opened
        && why.code() != Code.CANCELLED
        && why.code() != Code.SHUTTING_DOWN
        && !isEnding
        && candidates.hasNext()) {
      LOG.info(
          "endpoint failed, transfer={}, endpoint={}, reason={}",
          id(),
          candidates.current().endpoint(),
          why.getMessage());
      if (nowNs - openByNs < 0) {
        dialNext();
        return;
      }
    }
    failed(opened ? why : candidates.failure(id()));
  }

  /**
   * Tells the receiver over another connection that the transmission ends, unless that other one
   * would go on with it.
   *
   * @param heard runs when the receiver has heard it
   */
  void tellElsewhere(TransferException why, Runnable heard) {
    if (!mayReopen(why)) {
      AbortSession.tell(loop, candidates.current().address(), this, why, heard);
    }
  }

  private boolean mayReopen(TransferException why) {
    boolean passing =
        switch (why.code()) {
          case CONNECTION_LOST, TRUNCATED, CORRUPT, TIMEOUT -> true;
          default -> false;
        };
    return passing && !isEnding && source.isRepeatable() && mayRedial();
  }

  private boolean mayRedial() {
    return plane.settings().deadlines().reopenNs() > 0;
  }

  /**
   * Dials again, at once if it got on since the loss before; a loss without progress since the one
   * before uses up the time that one had.
   */
  private void lost(TransferException why, long nowNs) {
    boolean gotOn = loss == null || startedAt > startedAtLoss;
    if (gotOn) {
      reopenByNs = nowNs + plane.settings().deadlines().reopenNs();
    }
    loss = why;
    startedAtLoss = startedAt;
    LOG.info(
        "interrupted, transfer={}, bytes={}, code={}, reason={}",
        id(),
        bytes,
        why.code(),
        why.getMessage());
    reopenOrFail(why, nowNs, gotOn ? 0 : REDIAL_NS);
  }

  private void reopenOrFail(TransferException why, long nowNs, long pauseNs) {
    if (isEnding
        || nowNs - reopenByNs >= 0
        || why.code() == Code.CANCELLED
        || why.code() == Code.SHUTTING_DOWN) {
      failed(loss);
      return;
    }
    transitionTo(TransmissionState.DIALING, "dials again");
    loop.after(pauseNs, this::redial);
  }

  private void redial() {
    if (state == TransmissionState.DIALING) {
      candidates.redial();
      openByNs = Math.min(reopenByNs, loop.nowNs() + plane.settings().deadlines().openingNs());
      dialNext();
    }
  }

  private void failed(TransferException why) {
    transitionTo(TransmissionState.FAILED, why.getMessage());
    source.close();
    LOG.warn(
        "transmission failed, transfer={}, bytes={}, code={}, reason={}",
        id(),
        bytes,
        why.code(),
        why.getMessage());
    plane.transmissionEnded(this);
    confirmed.completeExceptionally(why);
    receipt.completeExceptionally(why);
  }

  @Override
  public UUID id() {
    return ticket.id();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long totalBytes() {
    long carried = request.stripe().bytes();
    return carried < 0 ? carried : carried - request.offset();
  }

  @Override
  public Confirmation confirmation() {
    return confirmed.join();
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return ActiveReception.copy(receipt);
  }

  @Override
  public Receipt await() throws TransferException, InterruptedException {
    return ActiveReception.get(receipt, id());
  }

  @Override
  public void limitRate(long bytesPerSecond) {
    rateLimit.set(bytesPerSecond);
  }

  RateLimit rateLimit() {
    return rateLimit;
  }

  /** Sends nothing of the object before {@link #release}. To be called before it starts. */
  void hold() {
    rateLimit.hold(true);
  }

  void release() {
    rateLimit.hold(false);
    loop.execute(
        () -> {
          if (attempt != null) {
            attempt.released();
          }
        });
  }

  @Override
  public void cancel(String reason) {
    end(new TransferException(Code.CANCELLED, reason));
  }

  /** Ends it at both ends, whether the reason is one for which connections are reopened or not. */
  void end(TransferException why) {
    loop.execute(
        () -> {
          isEnding = true;
          if (!state.isEnd() && attempt == null) {
            failed(why);
          } else if (!state.isEnd()) {
            attempt.fail(why);
          }
        });
  }

  CompletableFuture<Confirmation> confirmed() {
    return confirmed;
  }

  private void transitionTo(TransmissionState next, String reason) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "a transmission cannot go from " + state + " to " + next + ", transfer=" + id());
    }
    LOG.debug("transmission, transfer={}, from={}, to={}, reason={}", id(), state, next, reason);
    state = next;
  }
}
