package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.InbandProof;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Brings the bytes that came with a reply into the sink of their reception, on the thread that has
 * the confirmation.
 */
final class InbandDelivery implements ActiveReception.Driver {

  /**
   * As much is written at once: the JDK moves it through a direct buffer of that length, which it
   * keeps for as long as the thread lives.
   */
  private static final int PIECE_BYTES = 32 << 10;

  /** What never blocks writes to no channel, and uses no buffer on the way. */
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final DataPlane plane;
  private final ActiveReception reception;
  private volatile TransferException ended;

  InbandDelivery(DataPlane plane, ActiveReception reception) {
    this.plane = plane;
    this.reception = reception;
  }

  /** Fails the reception if the confirmation is not for it; throws nothing. */
  void deliver(Confirmation confirmation, ByteBuffer content) {
    OpenRequest request =
        InbandTransmission.request(
            UUID.randomUUID(),
            confirmation.bytes(),
            confirmation.offset(),
            confirmation.contentTag());
    String digest;
    try {
      digest = proven(confirmation, request, content).digest();
    } catch (TransferException e) {
      reception.end(e);
      return;
    }
    if (reception.claim(this, request)) {
      reception.delivering(confirmation, System.nanoTime());
      fill(content, digest);
    }
  }

  private InbandProof proven(Confirmation confirmation, OpenRequest request, ByteBuffer content)
      throws TransferException {
    Ticket ticket = reception.stub().ticket();
    int most = reception.sink.takesInband() ? plane.settings().inbandBytes() : 0;
    long length = confirmation.bytes() - confirmation.offset();
    if (length > most) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes with a reply must be at most " + most + ", not " + length,
          ticket.id(),
          null);
    }
    if (most == 0) {
      throw new TransferException(
          Code.PROTOCOL, "an object with the reply was not asked for", ticket.id(), null);
    }
    if (length != content.remaining()) {
      throw new TransferException(
          Code.PROTOCOL,
          "with the reply came " + content.remaining() + " bytes, not " + length,
          ticket.id(),
          null);
    }
    InbandProof proof =
        InbandProof.of(
            ticket.secret(), ticket.id(), request, InbandTransmission.crc32c(content.duplicate()));
    if (!confirmation.transferId().equals(ticket.id())
        || !proof.isBoundBy(confirmation.binding())) {
      throw new TransferException(
          Code.NOT_PROVEN, "the confirmation is of another reception", ticket.id(), null);
    }
    Floors.requireConfirmed(confirmation.protection(), request.protection(), ticket);
    Tickets.require(ticket, request, plane.settings().floor());
    return proof;
  }

  private void fill(ByteBuffer content, String digest) {
    Sink sink = reception.sink;
    int length = content.remaining();
    try {
      sink.open(plane.threads().blocking());
      write(sink, content.duplicate());
      reception.verified(length);
      if (ended != null) {
        throw ended;
      }
      sink.commit();
    } catch (IOException | RuntimeException | TransferException e) {
      drop(sink, e instanceof TransferException why ? why : Failures.ofSink(e));
      return;
    }
    long nowNs = System.nanoTime();
    reception.completed(digest, nowNs, nowNs);
  }

  private static void write(Sink sink, ByteBuffer content) throws IOException {
    int end = content.limit();
    int piece = sink.mayBlock() ? PIECE_BYTES : Math.max(1, content.remaining());
    ByteBuffer through =
        sink.mayBlock() ? ByteBuffer.allocate(Math.min(content.remaining(), piece)) : NONE;
    for (int from = content.position(); from < end; from += piece) {
      sink.write(content.limit(Math.min(end, from + piece)).position(from), through);
    }
  }

  private void drop(Sink sink, TransferException why) {
    try {
      sink.drop();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    reception.failed(why);
  }

  @Override
  public void end(TransferException why) {
    ended = why;
  }
}
