package dev.outband.transport;

import dev.outband.api.Code;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener's and receiver's end of a proven data connection: from the acceptance over the
 * segments to the receipt.
 */
final class ReceivingSession implements Session, ActiveReception.Driver {

  private static final Logger LOG = LoggerFactory.getLogger(ReceivingSession.class);

  /** What may come next. */
  private enum Stage {
    SINK_OPENS,
    SEGMENTS,
    RECEIPT_AGAIN,
    SINK_COMMITS,
    OVER
  }

  /** With less to come than this, bytes are read as they come. */
  private static final long GATHERED_BYTES = 1 << 20;

  /** How long a throttled connection rests. */
  private static final long THROTTLED_NS = 20_000_000;

  private final DataPlane plane;
  private final Connection connection;
  private final ActiveReception reception;
  private final ListenerOpening opening;
  private final OpenRequest request;

  /** What is to come from its start on, and not only over this connection; negative if unknown. */
  private final long announced;

  private final Settings.Deadlines deadlines;
  private final boolean clear;
  private Stage stage = Stage.SINK_OPENS;
  private Opened opened;
  private SegmentOpener segments;
  private ClearSegment clearSegment;
  private long boundary;
  private boolean outOfTurn;
  private TransferException failure;
  private long verified;

  ReceivingSession(
      DataPlane plane,
      Connection connection,
      ActiveReception reception,
      ListenerOpening opening,
      OpenRequest request) {
    this.plane = plane;
    this.connection = connection;
    this.reception = reception;
    this.opening = opening;
    this.request = request;
    this.announced = request.stripe().bytes();
    this.deadlines = plane.settings().deadlines();
    this.clear = request.protection() == Protection.AUTHENTICATION;
  }

  /** Readies the sink and accepts; the reception has been claimed. */
  void start() {
    verified = reception.bytes();
    if (reception.isCompleted()) {
      stage = Stage.RECEIPT_AGAIN;
      open(verified);
    } else if (reception.wasInterrupted()) {
      accept();
    } else {
      connection.interest(0);
      plane
          .threads()
          .open(
              connection.loop,
              reception.sink,
              this::openSink,
              this::accept,
              e -> sinkNotOpened(Failures.ofSink(e)));
    }
  }

  private void openSink() throws IOException {
    try {
      reception.sink.open(plane.threads().blocking());
    } catch (TransferException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void sinkNotOpened(TransferException why) {
    refuse(why);
    reception.failed(why);
  }

  private void accept() {
    if (failure != null || connection.isClosed()) {
      TransferException why =
          failure == null ? new TransferException(Code.TRUNCATED, "lost while it opened") : failure;
      refuse(why);
      dropSink(why);
      return;
    }
    stage = Stage.SEGMENTS;
    reception.sink.onRoom(() -> connection.loop.execute(connection::resumeReading));
    open(verified);
  }

  private void refuse(TransferException why) {
    stage = Stage.OVER;
    connection.send(opening.refuse(why));
    connection.endGently(deadlines.lingerNs());
  }

  private void open(long done) {
    int segmentBytes = Math.min(request.segmentBytes(), plane.settings().segmentBytes());
    ListenerOpening.Accepted accepted =
        opening.accept(new Acceptance(request.offset() + done, segmentBytes));
    opened = accepted.opened();
    segments = opened.keys().opener(plane.aes());
    boundary = done;
    if (stage == Stage.SEGMENTS) {
      reception.streaming(opened, connection.loop.nowNs());
    }
    connection.deadlineIn(deadlines.idleNs());
    connection.interest(SelectionKey.OP_READ);
    connection.send(accepted.frame());
  }

  @Override
  public boolean movesBytes() {
    return true;
  }

  @Override
  public boolean mayGather() {
    return stage == Stage.SEGMENTS && announced - request.offset() - verified >= GATHERED_BYTES;
  }

  @Override
  public int maxSegmentBytes() {
    return opened == null ? 0 : opened.acceptance().segmentBytes();
  }

  @Override
  public int readable(int held) {
    if (stage != Stage.SEGMENTS) {
      return Integer.MAX_VALUE;
    }
    int room = reception.sink.room(held);
    int allowed = reception.rateLimit.allowed(room, connection.loop.nowNs());
    if (allowed == 0 && room > 0) {
      connection.loop.after(THROTTLED_NS, connection::resumeReading);
    }
    return allowed;
  }

  @Override
  public void progressed(int count) {
    if (stage == Stage.SEGMENTS) {
      reception.rateLimit.spend(count);
      connection.deadlineIn(deadlines.idleNs());
    }
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    switch (stage) {
      case SEGMENTS -> segment(frame, frameBytes);
      case RECEIPT_AGAIN -> receiptAgain(frame, frameBytes);
      case SINK_OPENS, SINK_COMMITS, OVER -> {
        outOfTurn = true;
        throw new TransferException(Code.PROTOCOL, "a frame came while none was due");
      }
    }
  }

  private void segment(byte[] frame, int frameBytes) throws TransferException {
    Scratch scratch = connection.loop.scratch();
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
      segments.endOfClear(frame, frameBytes, connection.loop.scratch().plain);
    } catch (TransferException e) {
      boundary = opened.acceptance().offset() - request.offset();
      throw e;
    }
  }

  @Override
  public boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
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

  private void take(ByteBuffer content) throws TransferException {
    int count = content.remaining();
    long limit = reception.stub().ticket().byteLimit();
    if (count > limit - request.offset() - verified
        || announced >= 0 && count > announced - request.offset() - verified) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "bytes must be at most " + (announced >= 0 ? announced : limit));
    }
    try {
      reception.sink.write(content, connection.loop.scratch().through);
    } catch (IOException e) {
      throw Failures.ofSink(e);
    }
    verified += count;
    reception.verified(verified);
  }

  private void commit() throws TransferException {
    if (announced >= 0 && verified != announced - request.offset()) {
      throw new TransferException(
          Code.PROTOCOL, "announced " + announced + " bytes and ended after " + verified);
    }
    stage = Stage.SINK_COMMITS;
    connection.interest(0);
    connection.deadlineIn(deadlines.receiptNs());
    plane
        .threads()
        .commit(
            connection.loop,
            reception.sink,
            this::committed,
            e -> commitFailed(Failures.ofSink(e)));
  }

  private void committed() {
    sendReceipt(null);
    long againUntilNs = connection.loop.nowNs() + deadlines.reopenNs();
    reception.completed(segments.digest(), connection.loop.nowNs(), againUntilNs);
  }

  private void commitFailed(TransferException why) {
    stage = Stage.SEGMENTS;
    abort(why);
  }

  /** The sink has everything, the transmitter only missed to hear of it. */
  private void receiptAgain(byte[] frame, int frameBytes) throws TransferException {
    byte[] plain = connection.loop.scratch().plain;
    if (clear) {
      segments.endOfClear(frame, frameBytes, plain);
    } else if (segments.open(frame, frameBytes, plain) > 0) {
      throw new TransferException(Code.PROTOCOL, "bytes came behind the end of the object");
    }
    sendReceipt(null);
  }

  private void sendReceipt(TransferException why) {
    stage = Stage.OVER;
    if (!connection.isClosed()) {
      connection.send(opened.keys().sealReceipt(new Outcome(verified, segments.digest(), why)));
    }
    if (why == null && !outOfTurn && deadlines.warmNs() > 0 && connection.isBetweenFrames()) {
      ListenerSession.again(plane, connection);
    } else {
      connection.endGently(deadlines.lingerNs());
    }
  }

  /** As {@link #fail}, from any thread. */
  @Override
  public void end(TransferException why) {
    connection.loop.execute(() -> fail(why));
  }

  /**
   * Ends the transfer here, tells the transmitter why, drops what the sink has and then tells the
   * application.
   */
  private void fail(TransferException why) {
    switch (stage) {
      case OVER -> {}
      case SINK_OPENS -> failure = failure == null ? why : failure;
      // The sink decides now: it has every byte, and whether the other end learns of it changes
      // nothing.
      case SINK_COMMITS -> connection.interest(0);
      case RECEIPT_AGAIN -> {
        stage = Stage.OVER;
        connection.close();
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
    return passing && deadlines.reopenNs() > 0 && announced >= 0 && rewound();
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
    reception.verified(verified);
    // First, so that a transmitter that hears of it finds the reception waiting.
    stage = Stage.OVER;
    reception.interrupted(why, connection.loop.nowNs() + deadlines.reopenNs());
    sendReceipt(why);
  }

  private void abort(TransferException why) {
    verified = clear ? boundary : verified;
    reception.verified(verified);
    sendReceipt(why);
    dropSink(why);
  }

  private void dropSink(TransferException why) {
    plane
        .threads()
        .onDisk(
            connection.loop,
            reception.sink::drop,
            () -> reception.failed(why),
            e -> {
              why.addSuppressed(e);
              reception.failed(why);
            });
  }

  @Override
  public void ended() {
    fail(
        new TransferException(
            Code.TRUNCATED,
            "the connection ended after "
                + verified
                + " verified bytes, before the end of the object"));
  }

  @Override
  public void lost(IOException why) {
    connection.close();
    fail(Failures.ofConnection(why));
  }

  @Override
  public void broken(TransferException why) {
    fail(why);
  }

  @Override
  public void overdue() {
    // While the sink opens this end is at work, and the dialer has a deadline of its own.
    if (stage != Stage.SINK_OPENS) {
      fail(
          new TransferException(
              Code.TIMEOUT, "no byte came within " + deadlines.idleNs() / 1_000_000 + " ms"));
    }
  }

  @Override
  public void abandoned(TransferException why) {
    connection.close();
    fail(why);
  }
}
