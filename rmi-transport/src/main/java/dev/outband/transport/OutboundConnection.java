package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import dev.outband.transport.wire.SegmentSealer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The dialer's and transmitter's end of a data connection: one attempt at one endpoint and, if that opens, the transfer. */
final class OutboundConnection extends Connection {

  /** How many segments a connection may send before the others of its loop get their turn. */
  private static final int SEGMENTS_A_TURN = 4;

  private final Settings.Deadlines deadlines;
  private final ActiveTransmission transmission;
  private final DialerOpening opening;
  private final OpenRequest request;
  private Opened opened;
  private SegmentSealer sealer;
  private ByteBuffer outbound;
  private long position;
  private boolean challenged;
  private TransferException failure;

  OutboundConnection(
      EventLoop loop, SocketChannel channel, Settings.Deadlines deadlines, ActiveTransmission transmission) {
    super(loop, channel);
    this.deadlines = deadlines;
    this.transmission = transmission;
    this.opening = transmission.newOpening();
    this.request = transmission.request();
  }

  void dial(InetSocketAddress endpoint) {
    try {
      register(SelectionKey.OP_CONNECT);
      if (channel.connect(endpoint)) {
        connected();
      }
    } catch (IOException e) {
      lost(e);
    }
  }

  @Override
  public void ready(SelectionKey ready) {
    if (ready.isConnectable()) {
      try {
        channel.finishConnect();
        connected();
      } catch (IOException e) {
        lost(e);
      }
    } else {
      super.ready(ready);
    }
  }

  private void connected() {
    interest(SelectionKey.OP_READ);
    transmission.proving();
    send(opening.hello());
  }

  @Override
  int maxSegmentBytes() {
    return 0;
  }

  @Override
  void received(byte[] frame, int frameBytes) throws TransferException {
    if (opened != null) {
      receipt(frame, frameBytes);
    } else if (challenged) {
      accepted(opening.accepted(frame, frameBytes));
    } else {
      challenged = true;
      send(opening.open(frame, frameBytes, request));
    }
  }

  private void accepted(Opened now) {
    opened = now;
    sealer = now.keys().sealer();
    position = now.acceptance().offset();
    deadlineIn(deadlines.idleNs());
    transmission.streaming(now);
    interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  private void receipt(byte[] frame, int frameBytes) throws TransferException {
    Outcome outcome = opened.keys().openReceipt(frame, frameBytes);
    long moved = position - opened.acceptance().offset();
    if (failure != null) {
      close();
    } else if (outcome.failure() != null) {
      end(outcome.failure());
    } else if (outcome.bytes() != moved || !outcome.digest().equals(sealer.digest()) || !drained()) {
      end(new TransferException(Code.CORRUPT, "the receipt is for " + outcome.bytes() + " other bytes"));
    } else {
      close();
      transmission.completed(outcome, loop.nowNs());
    }
  }

  private boolean drained() {
    return sealer.ended() && outbound == null;
  }

  @Override
  boolean pump() throws IOException, TransferException {
    for (int turn = 0; turn <= SEGMENTS_A_TURN; turn++) {
      if (outbound != null && !flushOutbound()) {
        return true;
      }
      if (opened == null || failure != null || sealer.ended()) {
        return false;
      }
      if (turn < SEGMENTS_A_TURN) {
        sealNext();
      }
    }
    return true;
  }

  private boolean flushOutbound() throws IOException {
    if (channel.write(outbound) > 0) {
      deadlineIn(deadlines.idleNs());
    }
    if (outbound.hasRemaining()) {
      return false;
    }
    loop.scratch().giveBackOutbound(outbound);
    outbound = null;
    transmission.sent(position - opened.acceptance().offset());
    if (sealer.ended() && failure == null) {
      transmission.awaitingReceipt();
      deadlineIn(deadlines.receiptNs());
    }
    return true;
  }

  private void sealNext() throws TransferException {
    Scratch scratch = loop.scratch();
    long left = request.bytes() - position;
    int count = (int) Math.min(left, opened.acceptance().segmentBytes());
    try {
      transmission.source().read(position, scratch.plain, count, scratch.through);
    } catch (IOException e) {
      throw Failures.ofSource(e);
    }
    outbound = scratch.borrowOutbound();
    int frameBytes = sealer.seal(scratch.plain, count, count == left, scratch.frame);
    outbound.put(scratch.frame, 0, frameBytes).flip();
    position += count;
  }

  @Override
  boolean mayInterleave() {
    return outbound == null;
  }

  /** Ends the transfer with a failure of this end: tells the receiver, then the application. */
  void fail(TransferException why) {
    if (failure != null || isClosed()) {
      return;
    }
    if (opened == null || sealer.ended()) {
      end(why);
      return;
    }
    failure = why;
    try {
      ByteBuffer abort = sealer.abort(why);
      byte[] frame = new byte[abort.remaining()];
      abort.get(frame);
      endGently(deadlines.lingerNs());
      send(frame);
    } catch (TransferException e) {
      why.addSuppressed(e);
      close();
    }
  }

  /** Ends the connection at once. */
  private void end(TransferException why) {
    if (failure == null) {
      failure = why;
    }
    close();
  }

  @Override
  void ended(boolean betweenFrames) {
    end(
        new TransferException(
            Code.CONNECTION_LOST,
            opened == null
                ? "the listener closed the data connection before it was open"
                : "the receiver closed the data connection without a receipt"));
  }

  @Override
  void lost(IOException why) {
    end(opened == null ? notOpened(why) : Failures.ofConnection(why));
  }

  private TransferException notOpened(IOException why) {
    return new TransferException(Code.UNREACHABLE, String.valueOf(why.getMessage()), why);
  }

  @Override
  void broken(TransferException why) {
    if (why.code() == Code.SOURCE_FAILED || why.code() == Code.LIMIT_EXCEEDED) {
      fail(why);
    } else {
      end(why);
    }
  }

  @Override
  void overdue() {
    if (opened == null) {
      end(new TransferException(Code.TIMEOUT, "no answer within " + deadlines.openingNs() / 1_000_000 + " ms"));
    } else {
      long limitNs = drained() ? deadlines.receiptNs() : deadlines.idleNs();
      String what = drained() ? "no receipt" : "no byte taken";
      fail(new TransferException(Code.TIMEOUT, what + " within " + limitNs / 1_000_000 + " ms"));
    }
  }

  @Override
  public void abandon(Throwable why) {
    boolean closing = why instanceof IOException;
    end(
        closing
            ? new TransferException(Code.SHUTTING_DOWN, String.valueOf(why.getMessage()), why)
            : new TransferException(Code.INTERNAL, "a fault in the transmitter", why));
  }

  @Override
  void closed() {
    if (outbound != null) {
      loop.scratch().giveBackOutbound(outbound);
      outbound = null;
    }
    if (failure != null) {
      transmission.attemptFailed(failure, loop.nowNs());
    }
  }
}
