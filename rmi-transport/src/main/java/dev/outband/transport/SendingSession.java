package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The dialer's and transmitter's end of a proven data connection: from the source over the segments
 * to the receipt.
 */
final class SendingSession implements Session, ActiveTransmission.Attempt {

  /** How many segments a connection may send before the others of its loop get their turn. */
  private static final int SEGMENTS_A_TURN = 4;

  /** From so many transfers a loop on, a turn is one segment, so that all get theirs often. */
  private static final int CROWD = 8;

  /** How long a throttled connection rests. */
  private static final long THROTTLED_NS = 20_000_000;

  /** A receiver that reads has answered ABORT by then, by ending the connection. */
  private static final long HEARD_NS = 200_000_000;

  private final Connection connection;
  private final Settings.Deadlines deadlines;
  private final ActiveTransmission transmission;
  private final OpenRequest request;
  private final Opened opened;
  private final SegmentFeed feed;
  private ByteBuffer outbound;
  private long position;
  private TransferException failure;

  SendingSession(
      DataPlane plane, Connection connection, ActiveTransmission transmission, Opened opened) {
    this.connection = connection;
    this.deadlines = plane.settings().deadlines();
    this.transmission = transmission;
    this.request = opened.request();
    this.opened = opened;
    this.feed =
        new SegmentFeed(transmission.source(), opened, plane.aes(), transmission.byteLimit());
    this.position = opened.acceptance().offset();
  }

  void start() {
    transmission.source().onReady(this::wake);
    connection.deadlineIn(deadlines.idleNs());
    transmission.streaming(this, opened);
    transmission.sent(position - request.offset());
    connection.interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  private void wake() {
    connection.loop.execute(connection::resumeWriting);
  }

  @Override
  public boolean movesBytes() {
    return true;
  }

  @Override
  public boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
    throw new TransferException(Code.PROTOCOL, "a segment came to the transmitter");
  }

  @Override
  public void received(byte[] receipt, int frameBytes) throws TransferException {
    Outcome outcome = opened.keys().openReceipt(receipt, frameBytes);
    if (failure != null) {
      connection.close();
    } else if (outcome.failure() != null) {
      end(outcome.failure());
    } else if (!drained()
        || outcome.bytes() != position - request.offset()
        || !outcome.digest().equals(feed.digest())) {
      end(
          new TransferException(
              Code.CORRUPT, "the receipt is for " + outcome.bytes() + " other bytes"));
    } else {
      // First, so that whoever hears of the receipt finds the connection waiting.
      transmission.keepWarm(connection);
      transmission.completed(outcome, connection.loop.nowNs());
    }
  }

  /** Whether the last frame has gone. */
  private boolean drained() {
    return feed.ended() && outbound == null;
  }

  @Override
  public boolean pump() throws IOException, TransferException {
    int turns = connection.loop.busy() < CROWD ? SEGMENTS_A_TURN : 1;
    for (int turn = 0; turn <= turns; turn++) {
      if (outbound != null && !flushOutbound()) {
        return true;
      }
      if (failure != null || feed.ended() || turn < turns && !readyNext()) {
        return false;
      }
    }
    return true;
  }

  private boolean flushOutbound() throws IOException {
    if (connection.channel.write(outbound) > 0) {
      connection.deadlineIn(deadlines.idleNs());
    }
    if (outbound.hasRemaining()) {
      return false;
    }
    connection.loop.scratch().giveBackOutbound(outbound);
    outbound = null;
    transmission.sent(position - request.offset());
    if (feed.ended() && failure == null) {
      transmission.awaitingReceipt();
      connection.deadlineIn(deadlines.receiptNs());
    }
    return true;
  }

  /** Readies the next frame; false if there is none now. */
  private boolean readyNext() throws TransferException {
    int wanted = feed.wanted();
    int allowed = transmission.rateLimit().allowed(wanted, connection.loop.nowNs());
    if (allowed == 0 && wanted > 0) {
      if (!transmission.rateLimit().isHeld()) {
        connection.loop.after(THROTTLED_NS, connection::resumeWriting);
      }
      return false;
    }
    Scratch scratch = connection.loop.scratch();
    ByteBuffer next = scratch.borrowOutbound();
    boolean made = false;
    try {
      made = feed.next(allowed, scratch, next);
    } finally {
      if (!made) {
        scratch.giveBackOutbound(next);
      }
    }
    if (made) {
      outbound = next;
      transmission.rateLimit().spend(feed.position() - position);
      position = feed.position();
    }
    return made;
  }

  @Override
  public boolean mayInterleave() {
    return outbound == null;
  }

  @Override
  public void released() {
    connection.resumeWriting();
  }

  /** Ends the transfer with a failure of this end: tells the receiver, then the application. */
  @Override
  public void fail(TransferException why) {
    if (failure != null || connection.isClosed()) {
      return;
    }
    if (feed.ended()) {
      end(why);
      return;
    }
    failure = why;
    try {
      byte[] abort = feed.abort(why);
      connection.endGently(deadlines.lingerNs());
      connection.send(abort);
      connection.loop.after(HEARD_NS, () -> tellElsewhere(why));
    } catch (TransferException e) {
      why.addSuppressed(e);
      connection.close();
    }
  }

  /** A receiver that does not read what is before ABORT does not read ABORT. */
  private void tellElsewhere(TransferException why) {
    if (!connection.isClosed()) {
      transmission.tellElsewhere(why, connection::close);
    }
  }

  /** Ends the connection at once. */
  private void end(TransferException why) {
    if (failure == null) {
      failure = why;
    }
    connection.close();
  }

  @Override
  public void ended() {
    end(
        new TransferException(
            Code.CONNECTION_LOST, "the receiver closed the data connection without a receipt"));
  }

  @Override
  public void lost(IOException why) {
    end(Failures.ofConnection(why));
  }

  @Override
  public void broken(TransferException why) {
    if (why.code() == Code.SOURCE_FAILED || why.code() == Code.LIMIT_EXCEEDED) {
      fail(why);
    } else {
      end(why);
    }
  }

  @Override
  public void overdue() {
    long limitNs = drained() ? deadlines.receiptNs() : deadlines.idleNs();
    String what = drained() ? "no receipt" : "no byte taken";
    fail(new TransferException(Code.TIMEOUT, what + " within " + limitNs / 1_000_000 + " ms"));
  }

  @Override
  public void abandoned(TransferException why) {
    end(why);
  }

  @Override
  public void closed() {
    if (outbound != null) {
      connection.loop.scratch().giveBackOutbound(outbound);
      outbound = null;
    }
    if (failure != null) {
      transmission.attemptFailed(failure, true);
    }
  }
}
