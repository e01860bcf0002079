package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import dev.outband.transport.wire.SegmentSealer;
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

  /** How long a throttled connection rests. */
  private static final long THROTTLED_NS = 20_000_000;

  private final Connection connection;
  private final Settings.Deadlines deadlines;
  private final ActiveTransmission transmission;
  private final OpenRequest request;
  private final Opened opened;
  private final SegmentSealer sealer;
  private final boolean clear;
  private ByteBuffer outbound;
  private long position;
  private TransferException failure;

  SendingSession(
      Connection connection,
      Settings.Deadlines deadlines,
      ActiveTransmission transmission,
      Opened opened) {
    this.connection = connection;
    this.deadlines = deadlines;
    this.transmission = transmission;
    this.request = opened.request();
    this.opened = opened;
    this.sealer = opened.keys().sealer();
    this.clear = request.protection() == Protection.AUTHENTICATION;
    this.position = opened.acceptance().offset();
  }

  void start() {
    transmission.source().onReady(() -> connection.loop.execute(connection::resumeWriting));
    connection.deadlineIn(deadlines.idleNs());
    transmission.streaming(this, opened);
    transmission.sent(position - request.offset());
    connection.interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  @Override
  public boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
    throw new TransferException(Code.PROTOCOL, "a segment came to the transmitter");
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    Outcome outcome = opened.keys().openReceipt(frame, frameBytes);
    long moved = position - request.offset();
    if (failure != null) {
      connection.close();
    } else if (outcome.failure() != null) {
      end(outcome.failure());
    } else if (outcome.bytes() != moved
        || !outcome.digest().equals(sealer.digest())
        || !drained()) {
      end(
          new TransferException(
              Code.CORRUPT, "the receipt is for " + outcome.bytes() + " other bytes"));
    } else {
      connection.close();
      transmission.completed(outcome, connection.loop.nowNs());
    }
  }

  private boolean drained() {
    return sealer.ended() && outbound == null;
  }

  @Override
  public boolean pump() throws IOException, TransferException {
    for (int turn = 0; turn <= SEGMENTS_A_TURN; turn++) {
      if (outbound != null && !flushOutbound()) {
        return true;
      }
      if (failure != null || sealer.ended()) {
        return false;
      }
      if (turn < SEGMENTS_A_TURN && !sealNext()) {
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
    if (sealer.ended() && failure == null) {
      transmission.awaitingReceipt();
      connection.deadlineIn(deadlines.receiptNs());
    }
    return true;
  }

  /** Readies the next frame; false if the source has nothing for one now. */
  private boolean sealNext() throws TransferException {
    boolean unknown = request.bytes() < 0;
    int most = opened.acceptance().segmentBytes();
    int wanted = unknown ? most : (int) Math.min(request.bytes() - position, most);
    int allowed = transmission.rateLimit().allowed(wanted, connection.loop.nowNs());
    if (allowed == 0 && wanted > 0) {
      connection.loop.after(THROTTLED_NS, connection::resumeWriting);
      return false;
    }
    return clear ? clearNext(allowed) : sealedNext(allowed);
  }

  private boolean sealedNext(int wanted) throws TransferException {
    Scratch scratch = connection.loop.scratch();
    ByteBuffer through = scratch.through.clear().limit(wanted);
    int count = read(through);
    if (count == 0 && wanted > 0) {
      return false;
    }
    boolean last = count == Source.END || position + count == request.bytes();
    through.flip().get(scratch.plain, 0, Math.max(0, count));
    outbound = scratch.borrowOutbound();
    int frameBytes = sealer.seal(scratch.plain, Math.max(0, count), last, scratch.frame);
    outbound.put(scratch.frame, 0, frameBytes).flip();
    position += Math.max(0, count);
    return true;
  }

  private boolean clearNext(int wanted) throws TransferException {
    Scratch scratch = connection.loop.scratch();
    ByteBuffer next = scratch.borrowOutbound();
    next.position(FrameHeader.BYTES).limit(FrameHeader.BYTES + wanted);
    int count = -2;
    try {
      count = read(next);
    } finally {
      if (count == -2 || count == 0 && wanted > 0) {
        scratch.giveBackOutbound(next);
      }
    }
    if (count == 0 && wanted > 0) {
      return false;
    }
    next.limit(next.capacity());
    if (count > 0) {
      sealer.clear(next);
      position += count;
    } else {
      next.position(0);
    }
    if (count == Source.END || position == request.bytes()) {
      next.put(scratch.frame, 0, sealer.lastOfClear(scratch.frame));
    }
    outbound = next.flip();
    return true;
  }

  /** Fills the buffer from the source, or finds that it has nothing now. */
  private int read(ByteBuffer into) throws TransferException {
    if (!into.hasRemaining()) {
      return 0;
    }
    try {
      int count = transmission.source().read(position, into);
      transmission.rateLimit().spend(Math.max(0, count));
      return count;
    } catch (IOException e) {
      throw Failures.ofSource(e);
    }
  }

  @Override
  public boolean mayInterleave() {
    return outbound == null;
  }

  /** Ends the transfer with a failure of this end: tells the receiver, then the application. */
  @Override
  public void fail(TransferException why) {
    if (failure != null || connection.isClosed()) {
      return;
    }
    if (sealer.ended()) {
      end(why);
      return;
    }
    failure = why;
    try {
      ByteBuffer abort = sealer.abort(why);
      byte[] frame = new byte[abort.remaining()];
      abort.get(frame);
      connection.endGently(deadlines.lingerNs());
      connection.send(frame);
    } catch (TransferException e) {
      why.addSuppressed(e);
      connection.close();
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
