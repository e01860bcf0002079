package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import dev.outband.transport.wire.SegmentSealer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The dialer's and transmitter's end of a data connection: one attempt at one endpoint and, if that
 * opens, the transfer.
 */
final class OutboundConnection extends Connection {

  /** How many segments a connection may send before the others of its loop get their turn. */
  private static final int SEGMENTS_A_TURN = 4;

  /** How long a throttled connection rests. */
  private static final long THROTTLED_NS = 20_000_000;

  private final Settings.Deadlines deadlines;
  private final ActiveTransmission transmission;
  private final DialerOpening opening;
  private final OpenRequest request;
  private Opened opened;
  private SegmentSealer sealer;
  private ByteBuffer outbound;
  private long position;
  private boolean clear;
  private boolean challenged;
  private TransferException failure;

  OutboundConnection(
      EventLoop loop,
      SocketChannel channel,
      Settings.Deadlines deadlines,
      ActiveTransmission transmission) {
    super(loop, channel);
    this.deadlines = deadlines;
    this.transmission = transmission;
    this.opening = transmission.newOpening();
    this.request = transmission.request();
  }

  /** Whether the listener may have opened the reception for this connection. */
  boolean hasAsked() {
    return challenged;
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
  int readable(int held) {
    return Integer.MAX_VALUE;
  }

  @Override
  void progressed(int count) {}

  @Override
  boolean receivedClear(byte[] header, ByteBuffer in) throws TransferException {
    throw new TransferException(Code.PROTOCOL, "a segment came to the transmitter");
  }

  @Override
  void received(byte[] frame, int frameBytes) throws TransferException {
    if (opened != null) {
      receipt(frame, frameBytes);
    } else if (challenged) {
      accepted(opening.accepted(frame, frameBytes));
    } else {
      byte[] open = opening.open(frame, frameBytes, request);
      challenged = true;
      send(open);
    }
  }

  private void accepted(Opened now) {
    opened = now;
    sealer = now.keys().sealer();
    clear = request.protection() == Protection.AUTHENTICATION;
    position = now.acceptance().offset();
    transmission.source().onReady(() -> loop.execute(this::resumeWriting));
    deadlineIn(deadlines.idleNs());
    transmission.streaming(now);
    transmission.sent(position - request.offset());
    interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
  }

  private void receipt(byte[] frame, int frameBytes) throws TransferException {
    Outcome outcome = opened.keys().openReceipt(frame, frameBytes);
    long moved = position - request.offset();
    if (failure != null) {
      close();
    } else if (outcome.failure() != null) {
      end(outcome.failure());
    } else if (outcome.bytes() != moved
        || !outcome.digest().equals(sealer.digest())
        || !drained()) {
      end(
          new TransferException(
              Code.CORRUPT, "the receipt is for " + outcome.bytes() + " other bytes"));
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
      if (turn < SEGMENTS_A_TURN && !sealNext()) {
        return false;
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
    transmission.sent(position - request.offset());
    if (sealer.ended() && failure == null) {
      transmission.awaitingReceipt();
      deadlineIn(deadlines.receiptNs());
    }
    return true;
  }

  /** Readies the next frame; false if the source has nothing for one now. */
  private boolean sealNext() throws TransferException {
    boolean unknown = request.bytes() < 0;
    int most = opened.acceptance().segmentBytes();
    int wanted = unknown ? most : (int) Math.min(request.bytes() - position, most);
    int allowed = transmission.rateLimit().allowed(wanted, loop.nowNs());
    if (allowed == 0 && wanted > 0) {
      loop.after(THROTTLED_NS, this::resumeWriting);
      return false;
    }
    wanted = allowed;
    return clear ? clearNext(wanted) : sealedNext(wanted);
  }

  private boolean sealedNext(int wanted) throws TransferException {
    Scratch scratch = loop.scratch();
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
    Scratch scratch = loop.scratch();
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
      end(
          new TransferException(
              Code.TIMEOUT, "no answer within " + deadlines.openingNs() / 1_000_000 + " ms"));
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
