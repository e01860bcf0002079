package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.ClearSegment;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import dev.outband.transport.wire.SegmentOpener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener's and receiver's end of a data connection. Until the dialer has proven itself it
 * holds a socket and a few bytes, and its failures touch no reception.
 */
final class InboundConnection extends Connection {

  private static final Logger LOG = LoggerFactory.getLogger(InboundConnection.class);

  /** What may come next. */
  private enum Stage {
    HELLO,
    OPEN,
    SINK_OPENS,
    SEGMENTS,
    RECEIPT_AGAIN,
    SINK_COMMITS,
    OVER
  }

  /** How long a throttled connection rests. */
  private static final long THROTTLED_NS = 20_000_000;

  private final DataPlane plane;
  private Stage stage = Stage.HELLO;
  private boolean counted = true;
  private ActiveReception candidate;
  private ListenerOpening opening;
  private ActiveReception reception;
  private Opened opened;
  private SegmentOpener segments;
  private boolean clear;
  private ClearSegment clearSegment;
  private long boundary;
  private TransferException failure;
  private long verified;

  InboundConnection(DataPlane plane, EventLoop loop, SocketChannel channel) {
    super(loop, channel);
    this.plane = plane;
  }

  void start() throws IOException {
    deadlineIn(
        Math.min(plane.settings().deadlines().helloNs(), plane.settings().deadlines().openingNs()));
    register(SelectionKey.OP_READ);
  }

  @Override
  int maxSegmentBytes() {
    return opened == null ? 0 : opened.acceptance().segmentBytes();
  }

  @Override
  void received(byte[] frame, int frameBytes) throws TransferException {
    switch (stage) {
      case HELLO -> hello(frame, frameBytes);
      case OPEN -> open(frame, frameBytes);
      case SEGMENTS -> segment(frame, frameBytes);
      case RECEIPT_AGAIN -> receiptAgain(frame, frameBytes);
      case SINK_OPENS, SINK_COMMITS, OVER ->
          throw new TransferException(Code.PROTOCOL, "a frame came while none was due");
    }
  }

  private void hello(byte[] frame, int frameBytes) throws TransferException {
    try {
      candidate = plane.registry().find(ListenerOpening.lookup(frame, frameBytes));
    } catch (TransferException e) {
      refuseInClear(e);
      return;
    }
    if (candidate == null) {
      refuseInClear(new TransferException(Code.UNKNOWN_TICKET, "no such ticket"));
      return;
    }
    opening = new ListenerOpening(candidate.stub().ticket().secret(), frame, frameBytes);
    stage = Stage.OPEN;
    byte[] challenge = opening.challenge(plane.random());
    // From now on, not from when HELLO came: in a fresh JVM on a busy machine the answer takes a
    // while.
    loop.refreshNow();
    deadlineIn(openLimitNs());
    send(challenge);
  }

  private long openLimitNs() {
    return Math.min(
        plane.settings().deadlines().openNs(), plane.settings().deadlines().openingNs());
  }

  private void open(byte[] frame, int frameBytes) throws TransferException {
    OpenRequest request;
    try {
      request = opening.request(frame, frameBytes);
      check(request);
      if (!candidate.claim(this, request)) {
        throw new TransferException(Code.UNKNOWN_TICKET, "the ticket has been used");
      }
    } catch (TransferException e) {
      if (!opening.dialerProven()) {
        throw e;
      }
      LOG.warn("refused, transfer={}, peer={}, reason={}", candidate.id(), peer(), e.getMessage());
      refuse(e);
      return;
    }
    uncount();
    reception = candidate;
    verified = reception.bytes();
    if (reception.isCompleted()) {
      stage = Stage.RECEIPT_AGAIN;
      open(request, verified);
    } else if (reception.wasInterrupted()) {
      accept(request);
    } else {
      openSink(request);
    }
  }

  private void openSink(OpenRequest request) {
    stage = Stage.SINK_OPENS;
    interest(0);
    plane.onDisk(
        this,
        () -> openSink(reception),
        () -> accept(request),
        e -> sinkNotOpened(Failures.ofSink(e)));
  }

  private void openSink(ActiveReception of) throws IOException {
    try {
      of.sink.open(plane.blockingThreads());
    } catch (TransferException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void check(OpenRequest request) throws TransferException {
    Direction direction = candidate.stub().ticket().direction();
    if (request.direction() != direction) {
      throw new TransferException(
          Code.FORBIDDEN, "the ticket is for " + direction + ", not " + request.direction());
    }
    Floors.require(
        request.protection(), candidate.stub().ticket().floor(), plane.settings().floor());
    long limit = candidate.stub().ticket().byteLimit();
    if (request.bytes() > limit) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "bytes must be at most " + limit + ", not " + request.bytes());
    }
    if (request.offset() != candidate.stub().ticket().offset() || request.streams() != 1) {
      throw new TransferException(Code.PROTOCOL, "offset and streams must be as in the ticket");
    }
  }

  private void accept(OpenRequest request) {
    if (failure != null || isClosed()) {
      TransferException why =
          failure == null ? new TransferException(Code.TRUNCATED, "lost while it opened") : failure;
      refuse(why);
      plane.onDisk(
          this,
          reception.sink::drop,
          () -> reception.failed(why),
          e -> reception.failed(suppress(why, e)));
      return;
    }
    stage = Stage.SEGMENTS;
    reception.sink.onRoom(() -> loop.execute(this::resumeReading));
    open(request, verified);
  }

  private void open(OpenRequest request, long done) {
    int segmentBytes = Math.min(request.segmentBytes(), plane.settings().segmentBytes());
    ListenerOpening.Accepted accepted =
        opening.accept(new Acceptance(request.offset() + done, segmentBytes));
    opened = accepted.opened();
    segments = opened.keys().opener();
    clear = request.protection() == Protection.AUTHENTICATION;
    boundary = done;
    if (stage == Stage.SEGMENTS) {
      reception.streaming(opened, loop.nowNs());
    }
    deadlineIn(plane.settings().deadlines().idleNs());
    interest(SelectionKey.OP_READ);
    send(accepted.frame());
  }

  /** The sink has everything, the transmitter only missed to hear of it. */
  private void receiptAgain(byte[] frame, int frameBytes) throws TransferException {
    byte[] plain = loop.scratch().plain;
    if (clear) {
      segments.endOfClear(frame, frameBytes, plain);
    } else if (segments.open(frame, frameBytes, plain) > 0) {
      throw new TransferException(Code.PROTOCOL, "bytes came behind the end of the object");
    }
    stage = Stage.OVER;
    send(opened.keys().sealReceipt(new Outcome(verified, segments.digest(), null)));
    endGently(plane.settings().deadlines().lingerNs());
  }

  private void segment(byte[] frame, int frameBytes) throws TransferException {
    Scratch scratch = loop.scratch();
    if (clear) {
      endOfClear(frame, frameBytes);
    } else {
      take(scratch.content(segments.open(frame, frameBytes, scratch.plain)));
    }
    if (segments.complete()) {
      commit();
    }
  }

  /**
   * Until the digest in LAST is right, nothing that this connection brought counts for another one.
   */
  private void endOfClear(byte[] frame, int frameBytes) throws TransferException {
    try {
      segments.endOfClear(frame, frameBytes, loop.scratch().plain);
    } catch (TransferException e) {
      boundary = opened.acceptance().offset() - opened.request().offset();
      throw e;
    }
  }

  @Override
  boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
    if (stage != Stage.SEGMENTS || !clear) {
      throw new TransferException(Code.PROTOCOL, "a segment in clear came while none was due");
    }
    if (clearSegment == null) {
      clearSegment = segments.clear(header);
    }
    take(clearSegment.content(in));
    if (!clearSegment.complete(in)) {
      return false;
    }
    clearSegment = null;
    boundary = verified;
    return true;
  }

  @Override
  int readable(int held) {
    if (stage != Stage.SEGMENTS) {
      return Integer.MAX_VALUE;
    }
    int room = reception.sink.room(held);
    int allowed = reception.rateLimit.allowed(room, loop.nowNs());
    if (allowed == 0 && room > 0) {
      loop.after(THROTTLED_NS, this::resumeReading);
    }
    return allowed;
  }

  @Override
  void progressed(int count) {
    if (stage == Stage.SEGMENTS) {
      reception.rateLimit.spend(count);
      deadlineIn(plane.settings().deadlines().idleNs());
    }
  }

  private void take(ByteBuffer content) throws TransferException {
    int count = content.remaining();
    long limit = reception.stub().ticket().byteLimit();
    long announced = opened.request().bytes();
    if (count > limit - verified
        || announced >= 0 && count > announced - opened.request().offset() - verified) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "bytes must be at most " + (announced >= 0 ? announced : limit));
    }
    try {
      reception.sink.write(content, loop.scratch().through);
    } catch (IOException e) {
      throw Failures.ofSink(e);
    }
    verified += count;
    reception.verified(verified);
  }

  private void commit() throws TransferException {
    long announced = opened.request().bytes();
    if (announced >= 0 && verified != announced - opened.request().offset()) {
      throw new TransferException(
          Code.PROTOCOL, "announced " + announced + " bytes and ended after " + verified);
    }
    stage = Stage.SINK_COMMITS;
    interest(0);
    deadlineIn(plane.settings().deadlines().receiptNs());
    plane.commit(this, reception.sink, this::committed, e -> commitFailed(Failures.ofSink(e)));
  }

  private void committed() {
    stage = Stage.OVER;
    send(opened.keys().sealReceipt(new Outcome(verified, segments.digest(), null)));
    endGently(plane.settings().deadlines().lingerNs());
    long againUntilNs = loop.nowNs() + plane.settings().deadlines().reopenNs();
    reception.completed(segments.digest(), loop.nowNs(), againUntilNs);
  }

  /**
   * Ends the transfer here, tells the transmitter why, drops what the sink has and then tells the
   * application.
   */
  void fail(TransferException why) {
    switch (stage) {
      case OVER -> {}
      case SINK_OPENS -> failure = failure == null ? why : failure;
      // The sink decides now: it has every byte, and whether the other end learns of it changes
      // nothing.
      case SINK_COMMITS -> interest(0);
      case HELLO, OPEN -> {
        LOG.info("not opened, peer={}, code={}, reason={}", peer(), why.code(), why.getMessage());
        stage = Stage.OVER;
        close();
      }
      case RECEIPT_AGAIN -> {
        stage = Stage.OVER;
        close();
      }
      case SEGMENTS -> {
        if (mayGoOn(why)) {
          interrupt(why);
        } else {
          abort(why);
        }
      }
    }
  }

  /** Whether another connection may go on where this one stops. */
  private boolean mayGoOn(TransferException why) {
    boolean passing =
        switch (why.code()) {
          case CONNECTION_LOST, TRUNCATED, CORRUPT, TIMEOUT -> true;
          default -> false;
        };
    return passing
        && plane.settings().deadlines().reopenNs() > 0
        && opened.request().bytes() >= 0
        && rewound();
  }

  /** What came in clear counts only to the end of the last segment whose checksum was right. */
  private boolean rewound() {
    if (!clear || verified == boundary) {
      return true;
    }
    verified = boundary;
    try {
      return reception.sink.rewind(boundary);
    } catch (IOException e) {
      LOG.info("cannot go on, transfer={}, reason={}", reception.id(), e.toString());
      return false;
    }
  }

  private void interrupt(TransferException why) {
    stage = Stage.OVER;
    reception.verified(verified);
    if (!isClosed()) {
      send(opened.keys().sealReceipt(new Outcome(verified, segments.digest(), why)));
      endGently(plane.settings().deadlines().lingerNs());
    }
    reception.interrupted(why, loop.nowNs() + plane.settings().deadlines().reopenNs());
  }

  private void abort(TransferException why) {
    stage = Stage.OVER;
    verified = clear ? boundary : verified;
    reception.verified(verified);
    if (!isClosed()) {
      send(opened.keys().sealReceipt(new Outcome(verified, segments.digest(), why)));
      endGently(plane.settings().deadlines().lingerNs());
    }
    plane.onDisk(
        this,
        reception.sink::drop,
        () -> reception.failed(why),
        e -> reception.failed(suppress(why, e)));
  }

  private void commitFailed(TransferException why) {
    stage = Stage.SEGMENTS;
    abort(why);
  }

  private static TransferException suppress(TransferException why, Throwable more) {
    why.addSuppressed(more);
    return why;
  }

  private void sinkNotOpened(TransferException why) {
    refuse(why);
    reception.failed(why);
  }

  private void refuse(TransferException why) {
    stage = Stage.OVER;
    send(opening.refuse(why));
    endGently(plane.settings().deadlines().lingerNs());
  }

  private void refuseInClear(TransferException why) {
    LOG.info("not opened, peer={}, code={}, reason={}", peer(), why.code(), why.getMessage());
    stage = Stage.OVER;
    send(ListenerOpening.refuseInClear(why.code()));
    endGently(plane.settings().deadlines().lingerNs());
  }

  @Override
  boolean pump() {
    return false;
  }

  @Override
  boolean mayInterleave() {
    return true;
  }

  @Override
  void ended(boolean betweenFrames) {
    fail(
        new TransferException(
            Code.TRUNCATED,
            "the connection ended after "
                + verified
                + " verified bytes, before the end of the object"));
  }

  @Override
  void lost(IOException why) {
    close();
    fail(Failures.ofConnection(why));
  }

  @Override
  void broken(TransferException why) {
    fail(why);
  }

  @Override
  void overdue() {
    if (stage == Stage.SINK_OPENS) {
      // This end is at work, and the dialer has a deadline of its own.
      return;
    }
    Settings.Deadlines deadlines = plane.settings().deadlines();
    fail(
        switch (stage) {
          case HELLO -> late("no HELLO", Math.min(deadlines.helloNs(), deadlines.openingNs()));
          case OPEN, SINK_OPENS -> late("not opened", openLimitNs());
          case SEGMENTS, RECEIPT_AGAIN, SINK_COMMITS, OVER ->
              late("no byte came", deadlines.idleNs());
        });
  }

  private static TransferException late(String what, long limitNs) {
    return new TransferException(Code.TIMEOUT, what + " within " + limitNs / 1_000_000 + " ms");
  }

  @Override
  public void abandon(Throwable why) {
    close();
    boolean closing = why instanceof IOException;
    fail(
        closing
            ? new TransferException(Code.SHUTTING_DOWN, why.getMessage(), why)
            : new TransferException(Code.INTERNAL, "a fault in the receiver", why));
  }

  @Override
  void closed() {
    uncount();
  }

  private void uncount() {
    if (counted) {
      counted = false;
      plane.proven();
    }
  }

  private String peer() {
    return String.valueOf(channel.socket().getRemoteSocketAddress());
  }
}
